import ArgumentParser
import PollerModel

/// `pollerctl graph show GRAPH`
struct GraphShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one graph and where its data comes from.")

    @Argument(help: "Id of the graph.")
    var graph: Int64

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let report = try daemon.get("/api/v1/graphs/\(graph)", as: GraphReport.self)
        if output.output == .json || output.output == .jsonl {
            return try Terminal.write(JSONText.encode(report))
        }
        if let aggregate = report.aggregate {
            let text = AggregateText(graph: report, aggregate: aggregate)
            print(text.facts())
            return try text.listing.write(.table)
        }
        guard let device = report.deviceId, let source = report.dataSourceId else { return }
        try show(
            report, daemon.device("\(device)"),
            daemon.get("/api/v1/data-sources/\(source)", as: DataSourceReport.self))
    }

    private func show(
        _ report: GraphReport, _ device: DeviceReport, _ source: DataSourceReport
    ) throws {
        let values = source.values.map { value in
            let text = value.rate.map { $0.plainText } ?? "unknown"
            return "\(value.name) \(text)" + (value.unknownReason.map { " (\($0))" } ?? "")
        }
        print(
            Facts.text([
                ("Id", "\(report.id)"), ("Title", report.title), ("Template", report.template),
                ("Device", "\(device.name) (\(device.id)), \(device.status.rawValue)"),
                ("Reason", device.statusReason), ("Data source", "\(source.id)"),
                ("File", source.file), ("Last sample", source.time),
                ("Values", values.joined(separator: ", ")), ("URL", report.url),
            ]), terminator: "")
    }
}
