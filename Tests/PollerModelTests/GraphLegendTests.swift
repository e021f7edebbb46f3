import Testing

@testable import PollerModel

@Suite struct SeriesNumbersTests {
    private let frame = ColumnFrame(start: 600, stepSeconds: 60, count: 4)

    @Test func `numbers are of what is known`() {
        let numbers = SeriesNumbers(
            label: "In", values: [1, .nan, 3, 8], peaks: [2, .nan, 9, 8], frame: frame,
            expected: 0..<4)
        #expect(numbers.average == 4 && numbers.minimum == 1 && numbers.maximum == 8)
        #expect(numbers.peak == 9 && numbers.current == 8 && numbers.percentile == 8)
        #expect(numbers.total == 720.0)
        #expect(numbers.knownRows == 3 && numbers.expectedRows == 4 && numbers.rowSeconds == 60)
    }

    @Test func `nothing known is no number, never a zero`() {
        let numbers = SeriesNumbers(
            label: "In", values: [.nan, .nan, .nan, .nan], peaks: nil, frame: frame,
            expected: 1..<3)
        for column in NumberColumn.allCases { #expect(numbers.number(column) == nil) }
        #expect(numbers.knownRows == 0 && numbers.expectedRows == 2)
    }

    @Test func `what is known beyond what was expected counts too`() {
        let numbers = SeriesNumbers(
            label: "In", values: [1, 1, 1, 1], peaks: nil, frame: frame, expected: 1..<3)
        #expect(numbers.expectedRows == 4)
        #expect(numbers.peak == nil)
    }

    @Test func `the percentile is the one that is asked for`() {
        let values = (1...101).map(Double.init)
        let frame = ColumnFrame(start: 0, stepSeconds: 60, count: 101)
        func percentile(_ percentage: Double) -> Double? {
            SeriesNumbers(
                label: "", values: values[...], peaks: nil, frame: frame, expected: 0..<101,
                percentile: percentage
            ).percentile
        }
        #expect(percentile(95) == 96 && percentile(50) == 51 && percentile(100) == 101)
    }
}

@Suite struct LegendTableTests {
    private func planned(
        _ label: String, _ values: [Double], format: GraphTemplate.NumberFormat = .scaled,
        total: Double? = nil
    ) -> GraphPlan.PlannedSeries {
        let frame = ColumnFrame(start: 0, stepSeconds: 60, count: values.count)
        return GraphPlan.PlannedSeries(
            label: label, isDrawn: true, format: format,
            numbers: SeriesNumbers(
                label: label, values: values[...], peaks: nil, frame: frame,
                expected: 0..<values.count),
            total: total, values: values, peaks: nil, capacity: nil)
    }

    private func table(
        _ series: [GraphPlan.PlannedSeries], room: Int = 100,
        _ columns: [NumberColumn] = [.current, .average, .minimum, .maximum, .total]
    ) -> LegendTable {
        LegendTable(
            columns: columns, series: series, base: .si, percentile: 95, totalUnit: "B", room: room)
    }

    private func points(_ line: String) -> [Int] {
        Array(line).indices.filter { Array(line)[$0] == "." }
    }

    @Test func `the numbers of all lines stand below each other`() {
        let table = table([
            planned("In", [1, 2, 30_000], total: 5e9),
            planned("Outbound", [1e7, 2e-3, 123], total: 12),
            planned("Zero", [0, 0, 0], total: 0),
        ])
        #expect(table.lines.allSatisfy { points($0).count == 5 })
        #expect(Set(table.lines.map(points)).count == 1)
        // Lines end together, and the header two characters farther because of the box.
        #expect(Set(table.lines.map(\.count)).count == 1)
        #expect(table.header?.count == table.lines[0].count + 2)
        let names = table.header?.split(separator: " ")
        #expect(names == ["Last", "Average", "Minimum", "Maximum", "Total"])
        #expect(table.lines[0].hasPrefix("In       ") && table.lines[0].hasSuffix("5.00 GB"))
        #expect(table.lines[1].contains("10.00 M") && table.lines[1].hasSuffix("12.00 B "))
    }

    @Test func `what is not known is a dash at the end of its column`() {
        let table = table([planned("In", [.nan]), planned("Out", [5])], [.average, .maximum])
        #expect(table.lines[0].count { $0 == "–" } == 2)
        #expect(table.lines[0].count == table.lines[1].count)
    }

    @Test func `formats are those of the series`() {
        let line = table(
            [
                planned("a", [1_234.5], format: .decimal), planned("b", [1_234.5], format: .whole),
                planned("c", [1_234.5]),
            ], [.average]
        ).lines.map { $0.dropFirst().trimmed }
        #expect(line == ["1234.5", "1234", "1.23 k"])
    }

    @Test func `the numbers of a row are written alike, with the digits that they need`() {
        func row(_ values: [Double], _ format: GraphTemplate.NumberFormat = .decimal) -> [String] {
            table([planned("a", values, format: format)], [.minimum, .maximum]).lines[0]
                .dropFirst().split(separator: " ").map(String.init)
        }
        #expect(row([0.011, 0.013]) == ["0.011", "0.013"])
        #expect(row([0.0011, 0.0013]) == ["0.0011", "0.0013"])
        #expect(row([0, 0.13]) == ["0.00", "0.13"])
        #expect(row([0.866, 0.874]) == ["0.866", "0.874"])
        #expect(row([49.9, 50.1]) == ["49.90", "50.10"])
        #expect(row([21, 21.000_1]) == ["21.00", "21.00"])
        #expect(row([0, 0.000_03]) == ["0.00000", "0.00003"])
        #expect(row([0.000_012, 0.003_3]) == ["0.00001", "0.00330"])
        #expect(row([1e-9, 0.22]) == ["0.00", "0.22"])
        #expect(row([0.003_88, 0.13], .scaled) == ["0.0039", "0.1300"])
        #expect(row([0.000_011_57, 0.01], .scaled) == ["0.00001", "0.01000"])
        #expect(row([3e-9, 0.01], .scaled) == ["3.00", "n", "0.01"])
        #expect(row([0.003_88, 0.005], .scaled) == ["3.88", "m", "5.00", "m"])
        #expect(row([7, 120_000.4]) == ["7", "120000"])
        #expect(row([5, 34_652_560]) == ["5.00", "34.65", "M"])
        #expect(row([999_999, 999_999], .whole) == ["999999", "999999"])
        #expect(row([27_449_830, 27_449_830], .whole) == ["27.45", "M", "27.45", "M"])
        #expect(row([0, 0]) == ["0.00", "0.00"])
        #expect(row([1, 2], .whole) == ["1", "2"])
        #expect(row([1.25, 2], .state) == ["1.25", "2"])
        #expect(row([1.999_999, 99.5], .whole) == ["2", "99.50"])
        #expect(row([99.5, 100.5], .whole) == ["99.50", "100"])
    }

    @Test func `labels are cut so that they and the numbers fit`() {
        let long = String(repeating: "x", count: 50)
        let numbers = table([planned("", [1])], room: 200).header?.count ?? 0
        let exact = table([planned(long, [1])], room: numbers + 49)
        #expect(exact.lines[0].hasPrefix(long))
        let cut = table([planned(long, [1])], room: numbers + 48)
        #expect(cut.lines[0].hasPrefix(String(repeating: "x", count: 48) + "…"))
        for room in 4...100 {
            let table = table([planned(long, [1]), planned("b", [-1e300])], room: room)
            #expect(table.lines.allSatisfy { $0.count + 2 <= room }, "\(room)")
            #expect((table.header?.count ?? 0) <= room, "\(room)")
        }
    }

    @Test func `where no number has room, labels stand alone`() {
        let narrow = table([planned("Inbound", [1]), planned("b", [2])], room: 14, [.average])
        #expect(narrow.header == nil && narrow.lines == ["Inbound", "b      "])
        let wider = table([planned("Inbound", [1]), planned("b", [2])], room: 15, [.average])
        #expect(wider.header != nil && wider.lines[0].hasPrefix("Inb…"))
    }

    @Test func `where there is little room, columns are left out from the end`() {
        let series = [planned("Inbound traffic", [1])]
        let counts = (10...100).map { room in
            table(series, room: room).header?.split(separator: " ").count ?? 0
        }
        #expect(counts.first == 0 && counts.last == 5)
        #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(table(series, room: 40).header?.contains("Last") == true)
    }

    @Test func `a legend's columns mean something`() throws {
        func header(_ change: (inout GraphFixture) -> Void) throws -> [Substring] {
            var fixture = GraphFixture()
            fixture.numbers = NumberColumn.allCases
            change(&fixture)
            let plan = try fixture.plan()
            let header = try #require(plan.comments.first { $0.contains("Average") })
            return header.split(separator: " ")
        }
        let all: [Substring] = [
            "Current", "Average", "Minimum", "Maximum", "Peak", "95th", "Total",
        ]
        #expect(try header { $0.seconds = 100 * 3_600 } == all)
        // A row is a step, so the largest row is the peak.
        #expect(try header { _ in } == all.filter { $0 != "Peak" })
        #expect(
            try header { $0.end = $0.end.advanced(seconds: -7_200) }.first == "Last")
        #expect(try header { $0.verticalLabel = "percent" }.last == "95th")
        #expect(try header { $0.width = 479 }.count == 3)
        #expect(try header { $0.width = 480 }.count > 3)
        #expect(
            try header {
                $0.numbers = [.average]
                $0.view.percentile = 99.5
            } == ["Average", "99.5th"])
    }
}
