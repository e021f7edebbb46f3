import PollerModel
import Testing

@testable import PollerEngine

@Suite struct DoubtTests {
    private let start = MonotonicTime(milliseconds: 1_000_000)

    @Test func `a data source is heard once in ten minutes`() {
        var memory = DeviceMemory()
        let doubt = [(source: DataSourceID(1), table: "interfaces")]
        #expect(memory.doubt(doubt, at: start) == ["interfaces"])
        #expect(memory.owed == ["interfaces"])
        memory.owed = []
        #expect(memory.doubt(doubt, at: start.advanced(milliseconds: 599_999)) == [])
        #expect(memory.owed.isEmpty)
        #expect(memory.doubt(doubt, at: start.advanced(milliseconds: 600_000)) == ["interfaces"])
    }

    @Test func `a table is doubted three times in ten minutes, and others are not hindered`() {
        var memory = DeviceMemory()
        let outcomes = (1...5).map { id in
            memory.doubt(
                [(source: DataSourceID(id), table: "interfaces")],
                at: start.advanced(milliseconds: id * 60_000))
        }
        #expect(outcomes == [["interfaces"], ["interfaces"], ["interfaces"], [], []])
        let other = [(source: DataSourceID(9), table: "storage")]
        #expect(memory.doubt(other, at: start.advanced(milliseconds: 400_000)) == ["storage"])
    }
}
