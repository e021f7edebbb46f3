import PollerModel
import Testing

@testable import PollerRRD

@Suite struct RowTextTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    private func lines(_ rows: [RoundRobinRow], kind: DataSourceKind = .gauge) throws -> [String] {
        let file = try StoreFixture.file(kind: kind, names: ["v"])
        try RowText.check(
            RoundRobinUpdate(file: file, rows: rows),
            latest: now.advanced(seconds: file.step.seconds), after: nil)
        var packed = PackedRows(valueCount: 1)
        for row in rows { packed.append(row) }
        var text = RowText()
        text.set(packed, from: 0, places: [0])
        return text.lines
    }

    @Test(
        arguments: [
            (.gauge(0.1), "0.1"), (.gauge(-3), "-3"), (.gauge(1e-7), "1e-07"),
            (.gauge(1e300), "1e+300"),
            (.gauge(123_456_789.125), "123456789.125"), (.unknown, "U"),
        ] as [(RoundRobinValue, String)])
    func `numbers are written as librrd reads them`(value: RoundRobinValue, text: String) throws {
        #expect(try lines([row(1_700_000_000, value)]) == ["1700000000.000:\(text)"])
    }

    @Test(arguments: [
        [row(1_700_000_061, .gauge(1))], [row(0, .gauge(1))], [row(-5, .gauge(1))],
        [row(1_700_000_000, .gauge(1)), row(1_700_000_000, .gauge(1))],
        [row(1_700_000_000, .gauge(1)), row(1_699_999_999, .gauge(1))],
        [row(1_700_000_000, .gauge(1), .gauge(2))], [row(1_700_000_000)],
        [row(1_700_000_000, .counter(1))], [row(1_700_000_000, .gauge(.nan))],
        [row(1_700_000_000, .gauge(.infinity))],
    ])
    func `what would harm a file never reaches librrd`(rows: [RoundRobinRow]) {
        #expect(throws: RowText.Refusal.self) { try lines(rows) }
    }

    @Test func `a row up to one step ahead is taken, one more is not`() throws {
        #expect(try lines([row(1_700_000_060, .gauge(1))]).count == 1)
        #expect(
            try lines([row(1_700_000_000, .counter(.max))], kind: .counter) == [
                "1700000000.000:18446744073709551615"
            ])
        #expect(throws: RowText.Refusal.self) {
            try lines([row(1_700_000_000, .gauge(1))], kind: .counter)
        }
    }
}
