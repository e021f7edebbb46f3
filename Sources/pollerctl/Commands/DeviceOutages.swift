import ArgumentParser
import Foundation
import PollerModel

/// `pollerctl device outages DEVICE`
struct DeviceOutages: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outages",
        abstract: "Shows when there were no values of a device, and why; the newest first.",
        discussion: """
            Listed is what may explain a gap in one of its graphs: the device was silent, a data \
            source of it gave no values while it answered, or pollerd did not run. Times: now-6h, \
            now-1d/d, 2026-11-25T16:00:00Z or Unix seconds.
            """)

    @Argument(help: "Id or name of the device.")
    var device: String

    @Option(help: "What was over before this is left out.")
    var from = "now-30d"

    @Option(help: "What began after this is left out.")
    var to = "now"

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let device = try daemon.device(device)
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-./:")
        let query = [("device", "\(device.id)"), ("from", from), ("to", to)].compactMap {
            key, value in
            value.addingPercentEncoding(withAllowedCharacters: allowed).map { "\(key)=\($0)" }
        }.joined(separator: "&")
        let outages = try daemon.list(
            "/api/v1/interruptions?\(query)", of: InterruptionReport.self)
        if outages.isEmpty, output.output == .table {
            return Terminal.complain("Nothing of \(device.name) was missing from \(from) to \(to).")
        }
        try Listing(
            items: outages.sorted { ($0.start, $0.id) > ($1.start, $1.id) },
            columns: [
                Column("FROM") { $0.start }, Column("TO") { $0.end ?? "goes on" },
                Column("DURATION") { DurationText.words($0.durationSeconds) },
                Column("WHAT") { Self.what($0) }, Column("REASON") { $0.reason },
            ], name: { "\($0.id)" }
        ).write(output.output)
    }

    private static func what(_ outage: InterruptionReport) -> String {
        switch outage.scope {
        case .poller: "pollerd"
        case .device: "device"
        case .dataSource: outage.dataSourceId.map { "data source \($0)" } ?? "data source"
        }
    }
}
