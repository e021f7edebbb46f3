import TestSupport

@testable import PollerModel
@testable import PollerRRD

extension GraphScript {
    /// A picture of rows that were read, with an axis from 0 to 100.
    static func picture(
        title: String = "t", verticalLabel: String = "v", range: TimeRange, width: Int = 300,
        height: Int = 100, scale: Int = 1, theme: GraphTheme = .light, hasLegend: Bool = true,
        rows: [RoundRobinSeries], _ elements: [Element]
    ) -> GraphScript {
        GraphScript(
            title: title, range: range, width: width, height: height, scale: scale, theme: theme,
            hasLegend: hasLegend, base: .si,
            axis: ValueAxis(lower: 0, upper: 100, isLogarithmic: false, grid: nil),
            timeAxis: .fitted(to: range, width: width) { _ in 0 },
            settings: GraphSettings(verticalLabel: verticalLabel), rows: rows, elements: elements)
    }
}

extension GraphScript.Element {
    /// Reads `source` of the `rows`-th of the script's rows.
    static func read(
        _ name: String, _ source: String, rows: Int = 0, path: String = "rrd/1/1.rrd",
        _ function: ConsolidationFunction = .average, rowSeconds: Int64 = 60
    ) -> GraphScript.Element {
        .read(
            name: name,
            GraphScript.Origin(
                rows: rows, path: path, source: source, function: function, rowSeconds: rowSeconds))
    }

    /// A thin line.
    static func line(
        _ name: String, color: UInt32 = 0, legend: String? = nil
    ) -> GraphScript.Element {
        .line(
            name: name, GraphStroke(width: 1), color: Color(color), legend: legend,
            isStacked: false)
    }
}

extension StoreFixture {
    /// Reads the first data source of a file and draws it.
    @discardableResult
    func draw(_ file: RoundRobinFile, from start: Int64, to end: Int64) async throws -> GraphImage {
        let rows = try await store.series(
            of: file, function: .average, start: Timestamp(seconds: start),
            end: Timestamp(seconds: end))
        return try await renderer.render(
            .picture(
                range: TimeRange(start: Timestamp(seconds: start), end: Timestamp(seconds: end)),
                width: 200, height: 60, hasLegend: false, rows: [rows],
                [
                    .read("v0", file.sources[0].name, path: file.path),
                    .line("v0", legend: "in"),
                ]))
    }
}
