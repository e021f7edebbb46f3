import Foundation
import TestSupport
import Testing

/// The codes of log lines, and the reference that explains them.
@Suite struct LogReferenceTests {
    /// Codes that are put together, by the file in which that happens and what stands for them.
    private static let composed = [
        "\\(failure.code)": [
            "clock_doubted", "file_failed", "row_refused", "store_overloaded", "store_stopped",
        ],
        "aggregate.\\(change)": ["aggregate.changed", "aggregate.made", "aggregate.removed"],
        "\\(event)": ["value.lost", "value.refused"],
    ]

    private static func codes() throws -> Set<String> {
        var codes: Set<String> = []
        let root = Places.root + "Sources"
        for path in try FileManager.default.subpathsOfDirectory(atPath: root)
        where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            for match in text.matches(
                of: /"event":\s*(?:[A-Za-z.]+\s*\?\s*)?"([^"]+)"(?:\s*:\s*"([^"]+)")?/)
            {
                for code in [match.output.1, match.output.2].compactMap({ $0 }).map(String.init) {
                    codes.formUnion(composed[code] ?? [code])
                }
            }
        }
        return codes
    }

    private static func documented() throws -> Set<String> {
        let text = try String(
            contentsOfFile: Places.resources + "/docs/log.md", encoding: .utf8)
        return Set(text.matches(of: /\n\| `([a-z0-9_.]+)` \|/).map { String($0.output.1) })
    }

    @Test func `every code of the log is in the reference, and nothing else is`() throws {
        let codes = try Self.codes()
        #expect(codes.count > 50)
        let documented = try Self.documented()
        #expect(codes.subtracting(documented).sorted() == [], "these have no entry")
        #expect(documented.subtracting(codes).sorted() == [], "these are not in the sources")
    }

    @Test func `codes are words with dots and underscores, so that nothing composed slips through`()
        throws
    {
        for code in try Self.codes() {
            #expect(code.wholeMatch(of: /[a-z0-9_]+(\.[a-z0-9_]+)?/) != nil, "\(code)")
        }
    }
}
