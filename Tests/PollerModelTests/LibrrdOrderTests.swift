import TestSupport
import Testing

@testable import PollerModel

@Suite struct LibrrdOrderTests {
    /// Columns as they come: some rows unknown, many equal, rising, falling, as regular as a saw.
    private static func columns(_ random: inout SeededGenerator) -> [[Double]] {
        [1, 2, 31, 32, 33, 34, 100, 1_000, 5_000].flatMap { count in
            let some = (0..<count).map { _ in Double.random(in: -1e6...1e6, using: &random) }
            return [
                some, some.sorted(), some.sorted(by: >), some.map { ($0 / 2e5).rounded() },
                some.map { $0 > 5e5 ? .nan : $0 }, (0..<count).map { Double($0 % 17) },
                (0..<count).map { Double(min($0, count - $0)) },
                Array(repeating: 7, count: count), Array(repeating: .nan, count: count),
            ]
        }
    }

    @Test func `a place is what stands there once all are sorted`() {
        var random = SeededGenerator(seed: 1)
        for column in Self.columns(&random) {
            var sorted = column
            LibrrdOrder.sort(&sorted)
            let places = (0..<10).map { _ in Int.random(in: column.indices, using: &random) }
            for place in places + [0, column.count - 1] {
                let found = LibrrdOrder.value(at: place, of: column[...])
                let isEqual = found == sorted[place] || found.isNaN && sorted[place].isNaN
                #expect(isEqual, "\(found) at \(place) of \(column.count)")
            }
        }
    }

    @Test func `a place among what is known does not count the unknown`() {
        var random = SeededGenerator(seed: 2)
        let columns = Self.columns(&random).map { column in
            column.indices.map { $0 % 7 == 3 ? .nan : column[$0] }
        }
        for column in columns + columns.map({ $0 + [.infinity, 3, -.infinity] }) {
            var known = column.filter { !$0.isNaN }
            guard !known.isEmpty else { continue }
            let unknown = column.count - known.count
            LibrrdOrder.sort(&known)
            for place in [0, known.count / 2, known.count * 95 / 100, known.count - 1] {
                let found = LibrrdOrder.knownValue(at: place, of: column[...], unknown: unknown)
                #expect(found == known[place], "\(place) of \(column.count)")
            }
        }
    }

    @Test func `infinities keep the order that librrd has`() {
        let column = (0..<100).map { $0 % 9 == 0 ? Double.infinity : Double($0 * 37 % 101) }
        var sorted = column
        LibrrdOrder.sort(&sorted)
        for place in column.indices {
            #expect(LibrrdOrder.value(at: place, of: column[...]) == sorted[place])
        }
    }
}
