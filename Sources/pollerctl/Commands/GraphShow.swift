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
        let device = try daemon.device("\(report.deviceId)")
        let source = try daemon.get(
            "/api/v1/data-sources/\(report.dataSourceId)", as: DataSourceReport.self)
        let values = source.values.map { value in
            let text = value.rate.map { $0.plainText } ?? "unknown"
            return "\(value.name) \(text)" + (value.unknownReason.map { " (\($0))" } ?? "")
        }
        print(
            Facts.text([
                ("Id", "\(report.id)"), ("Title", report.title), ("Template", report.template),
                ("Device", "\(device.name) (\(device.id)), \(device.status.rawValue)"),
                ("Reason", device.statusReason), ("Data source", "\(report.dataSourceId)"),
                ("File", source.file), ("Last sample", source.time),
                ("Values", values.joined(separator: ", ")), ("URL", report.url),
            ]), terminator: "")
    }
}
