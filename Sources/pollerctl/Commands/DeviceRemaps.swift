import ArgumentParser
import PollerModel

/// `pollerctl device remaps DEVICE`
struct DeviceRemaps: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remaps",
        abstract: "Shows which rows of a device's tables changed their places; undoes that.",
        discussion: """
            When a device renumbers its interfaces, each keeps its history by its name. Where that \
            went wrong, --undo puts the rows back where they stood: what is measured there from \
            now on goes to the history that was there before. What is in the files stays.
            """)

    /// Rows of one remap that a table shows.
    private static let shownRows = 20

    @Argument(help: "Id or name of the device.")
    var device: String

    @Option(help: "Take the remap with this id back, all of it.")
    var undo: Int64?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let device = try daemon.device(device)
        if let undo { return try take(back: undo, of: device, daemon) }
        let remaps = try daemon.list(
            "/api/v1/devices/\(device.id)/remaps", of: RemapReport.self)
        switch output.output {
        case .table:
            if remaps.isEmpty {
                Terminal.complain("No row of \(device.name) has changed its place.")
            }
            for remap in remaps { print(Self.text(remap), terminator: "") }
        case .csv: try Self.rows(of: remaps).write(.csv)
        case .json, .jsonl, .name:
            try Listing(items: remaps, columns: [], name: { "\($0.id)" }).write(output.output)
        }
    }

    private func take(back remap: Int64, of device: DeviceReport, _ daemon: Daemon) throws {
        let report = try daemon.post(
            "/api/v1/devices/\(device.id)/remaps/\(remap)/undo", as: DeviceReport.self)
        guard output.output == .table else { return try Terminal.write(JSONText.encode(report)) }
        print("Remap \(remap) of \(report.name) is undone.")
        print("  pollerctl device remaps \(report.id) shows what became of its rows")
    }

    private static func text(_ remap: RemapReport) -> String {
        let counts = [
            (remap.moved, "moved"), (remap.vanished, "vanished"), (remap.returned, "returned"),
            (remap.renamed, "renamed"), (remap.added, "added"),
        ].filter { $0.0 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ")
        let undone = remap.undoneAt.map { ", undone \($0)" } ?? ""
        var text = "\(remap.id)  \(remap.time)  \(remap.query): \(counts)\(undone)\n"
        text += "    \(remap.reason)\n"
        for row in remap.rows.prefix(shownRows) { text += "    \(line(row))\n" }
        let rest = remap.rows.count - shownRows
        return rest > 0 ? text + "    and \(Count.words(rest, "row")) more: -o json\n" : text
    }

    private static func line(_ row: RemapReport.Row) -> String {
        let names = [row.fieldsBefore, row.fieldsAfter].map(words)
        let (before, after) = (row.indexBefore ?? "-", row.indexAfter ?? "-")
        let place = before == after ? before : "\(before) -> \(after)"
        let name =
            names[0] == names[1] || names[1].isEmpty
            ? names[0] : names[0].isEmpty ? names[1] : "\(names[0]) -> \(names[1])"
        let reason = row.reason.map { " (\($0))" } ?? ""
        return "row \(row.row) \(row.change.rawValue): \(place)  \(name)\(reason)"
    }

    private static func words(_ fields: [String: String]) -> String {
        fields.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// A row of one remap, with the remap it belongs to.
    private struct Line: Encodable {
        let remap: RemapReport
        let row: RemapReport.Row
    }

    private static func rows(of remaps: [RemapReport]) -> Listing<Line> {
        Listing(
            items: remaps.flatMap { remap in remap.rows.map { Line(remap: remap, row: $0) } },
            columns: [
                Column("REMAP", isNumber: true) { "\($0.remap.id)" },
                Column("TIME") { $0.remap.time }, Column("QUERY") { $0.remap.query },
                Column("UNDONE") { $0.remap.undoneAt ?? "" },
                Column("ROW", isNumber: true) { "\($0.row.row)" },
                Column("CHANGE") { $0.row.change.rawValue },
                Column("INDEX BEFORE") { $0.row.indexBefore ?? "" },
                Column("INDEX AFTER") { $0.row.indexAfter ?? "" },
                Column("FIELDS BEFORE") { words($0.row.fieldsBefore) },
                Column("FIELDS AFTER") { words($0.row.fieldsAfter) },
                Column("REASON") { $0.row.reason ?? $0.remap.reason },
            ], name: { "\($0.remap.id)" })
    }
}
