import PollerModel
import TestSupport
import Testing

@Suite struct CSVTextTests {
    @Test(arguments: [
        ("plain", "plain", "plain"), ("a,b", "\"a,b\"", "\"a,b\""),
        ("say \"x\"", "\"say \"\"x\"\"\"", "\"say \"\"x\"\"\""),
        ("two\nlines", "\"two\nlines\"", "\"two\nlines\""),
        ("two\r\nlines", "\"two\r\nlines\"", "\"two\r\nlines\""),
        ("=1+2", "'=1+2", "'=1+2"), ("+49", "+49", "'+49"), ("-5", "-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx", "'\tx"),
        ("\rx", "\"'\rx\"", "\"'\rx\""), ("-", "-", "'-"), ("", "", ""),
        ("=\u{301}1", "'=\u{301}1", "'=\u{301}1"), ("-5,5", "\"'-5,5\"", "\"'-5,5\""),
    ])
    func `cells are quoted, and begin no formula`(text: String, cell: String, heading: String) {
        #expect(CSVText.cell(text).utf8.elementsEqual(cell.utf8))
        #expect(CSVText.heading(text).utf8.elementsEqual(heading.utf8))
    }
}

@Suite struct ShellTextTests {
    @Test(arguments: [
        ("abc", "abc"), ("--title", "--title"), ("", "''"), ("a b", "'a b'"),
        ("it's", "'it'\\''s'"), ("$(reboot)", "'$(reboot)'"), ("`x`", "'`x`'"), ("\\", "'\\'"),
        ("#x", "'#x'"), ("v0#0067a5ff", "v0#0067a5ff"), ("~", "'~'"), ("a\nb", "'a\nb'"),
        ("DEF:v0=a.rrd:x:AVERAGE", "DEF:v0=a.rrd:x:AVERAGE"), ("CDEF:a=b,8,*", "'CDEF:a=b,8,*'"),
    ])
    func `words are quoted where a shell would read more than text`(text: String, word: String) {
        #expect(ShellText.word(text) == word)
    }

    @Test(.enabled(if: Program.find("sh") != nil), arguments: hostileTexts)
    func `a real shell gives them back`(text: String) async throws {
        // No program has an argument with a NUL in it.
        let text = text.replacing("\0", with: "")
        let sh = try #require(Program.find("sh"))
        let result = try await Program.run(
            sh, ["-c", "printf %s \(ShellText.word(text))"])
        #expect(result.output.utf8.elementsEqual(text.utf8))
    }
}
