import Foundation
import PollerModel
import TestSupport
import Testing

/// Each code has an entry in the reference: what it means, how grave it is, and what to do.
@Suite struct ReferenceTests {
    private struct Entry {
        let severity: String
        let meaning: String
        let advice: String
    }

    private func entries(_ file: String) throws -> [String: Entry] {
        let text = try String(
            contentsOfFile: "\(Places.resources)/docs/\(file).md", encoding: .utf8)
        var entries: [String: Entry] = [:]
        for part in text.split(separator: "\n### ").dropFirst() {
            let lines = part.split(separator: "\n").map(String.init)
            let body = try #require(
                lines[1].wholeMatch(of: /\*\*([a-z]+)\.\*\* (.+)/), "\(lines)")
            let advice = try #require(
                lines[2].wholeMatch(of: /\*\*What to do:\*\* (.+)/), "\(lines)")
            #expect(entries[lines[0]] == nil, "\(lines[0]) stands twice")
            entries[lines[0]] = Entry(
                severity: String(body.output.1), meaning: String(body.output.2),
                advice: String(advice.output.1))
        }
        return entries
    }

    @Test func `every kind of event has an entry, and nothing else has`() throws {
        let entries = try entries("events")
        #expect(Set(entries.keys) == Set(EventKind.allCases.map(\.code)))
        for kind in EventKind.allCases {
            #expect(entries[kind.code]?.severity == kind.severity.rawValue, "\(kind.code)")
            #expect(!kind.title.isEmpty)
        }
        #expect(Set(EventKind.allCases.map(\.title)).count == EventKind.allCases.count)
    }

    @Test func `every finding has an entry, and nothing else has`() throws {
        let entries = try entries("health")
        #expect(Set(entries.keys) == Set(FindingCode.allCases.map(\.code)))
        for code in FindingCode.allCases {
            #expect(entries[code.code]?.severity == code.severity.rawValue, "\(code.code)")
            #expect(code.why.count > 10, "\(code.code)")
        }
    }

    @Test func `what keeps pollerd from starting is an error`() {
        for code in FindingCode.allCases where code.keepsFromStarting {
            #expect(code.severity == .error && !code.isOfDaemon, "\(code.code)")
        }
    }
}
