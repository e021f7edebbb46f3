import ArgumentParser
import PollerModel

/// `pollerctl data-source last ID`
struct DataSourceLast: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "last", abstract: "Shows the last sample of a data source, or why it has none."
    )

    @Argument(help: "Id of the data source.")
    var id: Int64

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let report = try connection.daemon.get(
            "/api/v1/data-sources/\(id)", as: DataSourceReport.self)
        if output.output == .json || output.output == .jsonl {
            return try Terminal.write(JSONText.encode(report))
        }
        if output.output == .table {
            print(
                Facts.text([
                    ("Template", report.template), ("Device", "\(report.deviceId)"),
                    ("Index", report.index), ("Profile", report.profile),
                    ("Asked", report.stepSeconds.map { "every \(DurationText.words($0))" }),
                    ("File", report.file), ("Sampled", report.time),
                    ("Stored", report.lastStored),
                ]))
        }
        try Listing(
            items: report.values,
            columns: [
                Column("NAME") { $0.name },
                Column("RAW", isNumber: true) { $0.raw.map { "\($0)" } ?? "-" },
                Column("RATE", isNumber: true) { $0.rate.map(\.plainText) ?? "U" },
                Column("WHY UNKNOWN") { $0.unknownReason ?? "" },
            ], name: { $0.name }
        ).write(output.output)
    }
}
