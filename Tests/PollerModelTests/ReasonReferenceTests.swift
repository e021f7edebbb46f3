import Foundation
import PollerModel
import TestSupport
import Testing

/// Every reason why there is no value: its entry in `Resources/docs/reasons.md`, its sentence, and
/// what to do about it.
@Suite struct ReasonReferenceTests {
    private func entries() throws -> [String: (stage: String, meaning: String, advice: String)] {
        let text = try String(
            contentsOfFile: Places.resources + "/docs/reasons.md", encoding: .utf8)
        var entries: [String: (String, String, String)] = [:]
        for part in text.split(separator: "\n### ").dropFirst() {
            let lines = part.split(separator: "\n").map(String.init)
            let body = try #require(
                lines[1].wholeMatch(of: /\*\*Stage:\*\* ([^.]+)\. (.+)/), "\(lines)")
            let advice = try #require(
                lines[2].wholeMatch(of: /\*\*What to do:\*\* (.+)/), "\(lines)")
            #expect(entries[lines[0]] == nil, "\(lines[0]) stands twice")
            entries[lines[0]] = (
                String(body.output.1), String(body.output.2), String(advice.output.1)
            )
        }
        return entries
    }

    /// Reasons that explanations give of themselves: whatever looks like a code in the sources that
    /// make them.
    private func ownReasons() throws -> Set<String> {
        var found: Set<String> = []
        for folder in ["PollerModel/Explain", "PollerWeb/Explain"] {
            let root = Places.root + "Sources/" + folder
            for name in try FileManager.default.contentsOfDirectory(atPath: root) {
                let text = try String(contentsOfFile: "\(root)/\(name)", encoding: .utf8)
                let codes = text.matches(of: /"([a-z0-9]+(?:[_.][a-z0-9]+)+)"/)
                found.formUnion(codes.map { String($0.output.1) })
            }
        }
        let others =
            ExplainStage.allCases.map(\.rawValue) + [
                ExplainLink.Outcome.unreached.rawValue,
                // Of a problem document.
                "not_permitted",
            ]
        return found.subtracting(others)
    }

    @Test func `one of each failure and reason is looked at`() {
        #expect(Set(EveryReason.failures.map(EveryReason.place)) == Set(0...26))
        #expect(Set(EveryReason.reasons.map(EveryReason.place)) == Set(0...26))
        #expect(Set(EveryReason.pings.map(EveryReason.place)) == Set(0...7))
    }

    @Test func `every reason has an entry with its stage, and nothing else has`() throws {
        let entries = try entries()
        let own = try ownReasons()
        #expect(own.isSuperset(of: ["device.disabled", "row_gone", "no_members", "slots_missed"]))
        let interruptions = [Interruption.Reason.disabled, .clockDoubted, .storeOverloaded]
        var codes = own.union(EveryReason.reasons.map(\.code))
        codes.formUnion(EveryReason.pings.map(\.code))
        codes.formUnion(ArchiveFinding.Code.allCases.map(\.rawValue))
        codes.formUnion(interruptions.map(\.code))
        codes.insert(OutageReason.codeOfBoth)
        codes.insert(Interruption.Reason.stopped.code)
        let documented = Set(entries.keys)
        #expect(codes.subtracting(documented).sorted() == [], "these have no entry")
        #expect(documented.subtracting(codes).sorted() == [], "nothing gives these")
        // A row that is gone is not asked for, which is a stage before that of a lost value.
        for reason in EveryReason.reasons where reason.code != "row_gone" {
            #expect(entries[reason.code]?.stage == reason.stage.title, "\(reason.code)")
        }
        let stages = Set(ExplainStage.allCases.map(\.title))
        for (code, entry) in entries {
            #expect(stages.contains(entry.stage), "\(code)")
            #expect(entry.meaning.count > 10 && !entry.advice.isEmpty, "\(code)")
        }
    }

    @Test func `every reason says what was seen and what to do, and never only that it failed`() {
        for failure in EveryReason.failures {
            expect(failure.words, failure.fix, of: failure.code)
            #expect(!failure.summary.isEmpty, "\(failure)")
        }
        for reason in EveryReason.reasons {
            expect(reason.words, reason.fix(device: "sw1"), of: reason.code)
        }
        for failure in EveryReason.pings { expect(failure.words, failure.fix, of: failure.code) }
    }

    private func expect(_ words: String, _ fix: String, of code: String) {
        #expect(words.split(separator: " ").count >= 4, "\(code): \(words)")
        #expect(fix.split(separator: " ").count >= 2, "\(code): \(fix)")
        #expect(!words.hasSuffix(".") && !fix.hasSuffix("."), "\(code): \(words); \(fix)")
        #expect(code.wholeMatch(of: /[a-z0-9]+([_.][a-z0-9]+)*/) != nil, "\(code)")
    }
}
