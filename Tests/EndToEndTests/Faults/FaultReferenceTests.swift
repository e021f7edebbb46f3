import Foundation
import TestSupport
import Testing

/// The reference of faults, beside the faults that are injected.
@Suite struct FaultReferenceTests {
    private func rows() throws -> [[String]] {
        let text = try String(contentsOfFile: Places.resources + "/docs/faults.md", encoding: .utf8)
        return text.matches(of: /\n\| ([^|`]+) \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/).map {
            [$0.output.1, $0.output.2, $0.output.3, $0.output.4].map(String.init)
        }
    }

    @Test func `every fault that is injected has a row, and every row a fault`() throws {
        let rows = try rows()
        #expect(rows.map { $0[0] } == Fault.all.map(\.name))
        #expect(rows.map { $0[1] } == Fault.all.map(\.code))
        #expect(rows.allSatisfy { !$0[2].isEmpty && $0[3].count > 8 })
    }

    @Test func `there are forty or more, each told by one name`() {
        let names = Fault.all.map(\.name)
        #expect(names.count >= 40)
        #expect(Set(names).count == names.count)
    }
}
