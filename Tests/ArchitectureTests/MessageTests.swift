import Foundation
import TestSupport
import Testing

/// What the product says when something is wrong: never only that something is wrong.
@Suite struct MessageTests {
    /// A text that somebody may read, as it stands in the sources.
    private struct Message {
        let file: String
        let text: String
    }

    private static func sources() throws -> [(name: String, text: String)] {
        let root = Places.root + "Sources"
        return try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { $0.hasSuffix(".swift") && !$0.hasPrefix("pollerbench/") }.sorted()
            .map { ($0, try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8)) }
    }

    /// Texts of the log, of failures and of problem documents, by what stands in front of them.
    private static func messages() throws -> [Message] {
        let fronts = [
            #"logger\.(?:notice|warning|error|critical)\("#, "what: ", "words: ", "detail: ",
            "fix: ", #"badRequest\("#, #"notFound\("#, #"CommandFailure\("#, #"complain\("#,
            #"WebProblem\(\s*\.\w+,"#,
        ].joined(separator: "|")
        let literal = #""((?:[^"\\\n]|\\\((?:[^()]|\([^()]*\))*\)|\\.)+)""#
        let pattern = try Regex<(Substring, Substring)>(#"(?:\#(fronts))\s*\#(literal)"#)
        return try sources().flatMap { source in
            source.text.matches(of: pattern).map {
                Message(file: source.name, text: String($0.output.1))
            }
        }
    }

    private static let complaints: Set<Substring> = [
        "error", "errors", "failed", "fails", "failure", "invalid", "wrong", "bad", "broken",
        "problem", "unexpected",
    ]
    private static let fillers: Set<Substring> = [
        "a", "an", "the", "is", "was", "be", "been", "it", "of", "to", "in", "on", "at", "and",
        "or", "not", "no", "could", "cannot", "can", "by", "for", "with", "has", "have", "had",
        "there", "this", "that", "something",
    ]

    /// Whether a text complains, and names neither an object nor a cause beside that.
    static func isBare(_ text: String) -> Bool {
        let inserted = text.matches(of: /\\\((?:[^()]|\([^()]*\))*\)/).count
        let words = text.replacing(/\\\((?:[^()]|\([^()]*\))*\)/, with: " ").lowercased()
            .split { !$0.isLetter && !$0.isNumber }
        guard words.contains(where: complaints.contains) else { return false }
        let meaning = words.count { !complaints.contains($0) && !fillers.contains($0) }
        return meaning + inserted < 2
    }

    @Test(arguments: [
        ("failed", true), ("an error", true), ("the value is invalid", true),
        (#"\(path): failed"#, true), (#"\(path) could not be opened: \(words)"#, false),
        ("the passphrase is wrong: compare it with the device's", false), ("is not there", false),
    ])
    func `a text that only complains is told from one that says what and why`(
        text: String, isBare: Bool
    ) {
        #expect(Self.isBare(text) == isBare)
    }

    @Test func `no message only says that something failed or is invalid`() throws {
        let messages = try Self.messages()
        #expect(messages.count > 800)
        for message in messages where Self.isBare(message.text) {
            Issue.record("\(message.file): “\(message.text)”")
        }
    }

    @Test func `every line of the log at warning or above carries its code`() throws {
        var count = 0
        for source in try Self.sources() {
            for call in source.text.matches(of: /logger\.(?:warning|error|critical)\(/) {
                let statement = Self.statement(source.text[call.range.lowerBound...])
                count += 1
                let hasCode = statement.contains("\"event\":") || statement.contains("fields")
                #expect(hasCode, "\(source.name): \(statement.prefix(120))")
            }
        }
        #expect(count > 30)
    }

    /// A call to the end of its parentheses; those in texts are balanced.
    private static func statement(_ text: Substring) -> Substring {
        var depth = 0
        for index in text.indices {
            if text[index] == "(" { depth += 1 }
            guard text[index] == ")" else { continue }
            depth -= 1
            if depth == 0 { return text[...index] }
        }
        return text
    }
}
