import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct HelpTests {
    private func blocks(_ text: String) throws -> [HelpBlock] {
        try HelpText("# T\n\n" + text).blocks
    }

    @Test func `a page has a title, headings, paragraphs and lists`() throws {
        let page = try HelpText(
            "# The title\n\nOne\ntwo.\n\n## A: heading!\n- a\n  goes on\n- b\n\n1. x\n2. y\n")
        #expect(page.title == "The title")
        #expect(
            page.blocks == [
                .paragraph([HelpSpan(.plain, "One two.")]),
                .heading(level: 2, id: "a-heading", [HelpSpan(.plain, "A: heading!")]),
                .list(
                    isOrdered: false,
                    [[HelpSpan(.plain, "a goes on")], [HelpSpan(.plain, "b")]]),
                .list(isOrdered: true, [[HelpSpan(.plain, "x")], [HelpSpan(.plain, "y")]]),
            ])
    }

    @Test func `within a line there are code, strong text and links`() throws {
        #expect(
            try blocks("a `b | **c**` **d** [e](/help/f).") == [
                .paragraph([
                    HelpSpan(.plain, "a "), HelpSpan(.code, "b | **c**"), HelpSpan(.plain, " "),
                    HelpSpan(.strong, "d"), HelpSpan(.plain, " "),
                    HelpSpan(.link("/help/f"), "e"), HelpSpan(.plain, "."),
                ])
            ])
        #expect(try blocks("[1] and a * b").first?.spans.map(\.kind) == [.plain])
    }

    @Test func `code is as it is written`() throws {
        #expect(try blocks("```\n# no heading\n  <b>\n```\n") == [.code("# no heading\n  <b>\n")])
    }

    @Test func `a table has a head and rows, and bars within cells are escaped`() throws {
        let table = try blocks("| a | b |\n|---|---|\n| `x\\|y` | \\z |\n")
        #expect(
            table == [
                .table(
                    head: [[HelpSpan(.plain, "a")], [HelpSpan(.plain, "b")]],
                    rows: [[[HelpSpan(.code, "x|y")], [HelpSpan(.plain, "\\z")]]])
            ])
    }

    @Test(arguments: [
        ("no title", 1), ("# T\n\n```\nno end", 3), ("# T\n# U", 2), ("# T\n#### U", 2),
        ("# T\n\n`no end", 4), ("# T\n| a |\n| b |", 3), ("# T\n| a |\n|---|\n| b | c |", 4),
        ("# T\n| a |", 3), ("# T\n\n[x](javascript:alert(1))", 4),
        ("# T\n\n[x](//evil.example)", 4),
        ("# T\n\n[x](http://example.net)", 4),
    ])
    func `what is no page is told with its line`(text: String, line: Int) {
        do {
            _ = try HelpText(text)
            Issue.record("\(text) is a page")
        } catch {
            #expect(abs(error.line - line) <= 1, "\(error)")
        }
    }

    @Test(arguments: hostileTexts)
    func `what stands on a page is text`(hostile: String) throws {
        let line = hostile.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard let page = try? HelpText("# T\n\nx \(line)") else { return }
        // Refusing it is as good as showing it.
        #expect(page.blocks.count == 1)
    }

    @Test func `every page is reachable from the first, and every link leads somewhere`()
        async throws
    {
        let fixture = try WebFixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn()
        let pages: HelpPages
        do {
            pages = try HelpPages(folder: Places.resources + "/docs")
        } catch {
            throw Unexpected("\(error.place): \(error.words)")
        }
        #expect(pages.names.count > 8)
        let index = try #require(pages.text(HelpPages.first))
        let listed = Set(index.links)
        for name in pages.names where name != HelpPages.first {
            #expect(listed.contains(HelpPages.path(name)), "\(name)")
        }
        for name in pages.names {
            let answer = try await fixture.get(HelpPages.path(name))
            #expect(answer.status == 200, "\(name)")
            #expect(answer.body.contains("<h1>\(try #require(pages.text(name)).title)</h1>"))
            #expect(!answer.body.contains("{{"))
            for link in try #require(pages.text(name)).links where link.hasPrefix("/") {
                #expect(try await visitor.get(link).status == 200, "\(name): \(link)")
            }
        }
    }

    @Test func `whatever code a page shows, its link leads to the entry`() async throws {
        let fixture = try WebFixture()
        let folder = Places.resources + "/docs"
        let reasons = try String(contentsOfFile: folder + "/reasons.md", encoding: .utf8)
            .split(separator: "\n").compactMap { $0.wholeMatch(of: /### (.+)/)?.output.1 }
        #expect(reasons.count > 60)
        for (page, codes) in [
            ("health", FindingCode.allCases.map(\.code)),
            ("events", EventKind.allCases.map(\.code)), ("reasons", reasons.map(String.init)),
        ] {
            let body = try await fixture.get("/help/\(page)").body
            for code in codes {
                let link = EventRows.help(page, code)
                let anchor = link.drop { $0 != "#" }.dropFirst()
                #expect(body.contains("<h3 id=\"\(anchor)\">"), "\(link)")
            }
        }
    }

    @Test func `a page that is not there is said`() async throws {
        let answer = try await WebFixture().get("/help/nowhere")
        #expect(answer.status == 404 && answer.body.contains("/help"))
        #expect(try await WebFixture().get("/help/..%2fx").status == 404)
    }

    @Test func `strangers can read it`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        try await Visitor(fixture).logIn("other")
        #expect(try await fixture.get("/help/accounts").status == 200)
    }

    @Test func `tables, code and links are there as they look`() async throws {
        let body = try await WebFixture().get("/help/pictures").body
        #expect(body.contains("<td><code>now-6h</code></td>"))
        #expect(body.contains("theme=dark&amp;scale=2\n</code></pre>"))
        #expect(body.contains("<h2 id=\"addresses-of-pictures\">Addresses of pictures</h2>"))
        #expect(body.contains("<a href=\"/help/shares\">shared link</a>."))
    }
}
