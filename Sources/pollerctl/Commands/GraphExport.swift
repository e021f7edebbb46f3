import ArgumentParser
import Foundation
import PollerModel

/// `pollerctl graph export GRAPH…`
struct GraphExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the rows that graphs are drawn from, by default as CSV.",
        discussion: """
            One graph goes to standard output, many go into a folder, each as ID.csv. A row stands \
            at the time at which it ends, in UTC; where a value is unknown, nothing stands.

            \(RangeOptions.times)
            """)

    @Argument(help: "Ids of graphs.")
    var graphs: [Int64] = []

    @Option(help: "All graphs of this device: its id or name.")
    var device: String?

    @Flag(help: "All graphs.")
    var all = false

    @Option(help: "csv, json, png or svg.")
    var format = GraphFileFormat.csv

    @Option(
        name: .shortAndLong, help: "Folder for the files; it is made where it is not.",
        completion: .directory)
    var directory: String?

    @OptionGroup var range: RangeOptions
    @OptionGroup var view: ViewOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        guard [!graphs.isEmpty, device != nil, all].count(where: { $0 }) == 1 else {
            throw CommandFailure(
                "it is not clear which graphs are meant",
                fix: "name graphs by their ids, or give --device, or --all", exitCode: .usage)
        }
        let daemon = connection.daemon
        let ids = try chosen(daemon)
        guard let directory else { return try writeOne(ids, daemon) }
        try FolderText.make(directory)
        var failures: [String] = []
        for (place, id) in ids.enumerated() {
            Terminal.showProgress("\(place + 1) of \(ids.count) graphs")
            do {
                try OutputFile.write(
                    daemon.getBytes(path(id)), to: "\(directory)/\(id).\(format.rawValue)")
            } catch let failure as CommandFailure
                where failure.exitCode != .daemonUnreachable && failure.exitCode != .usage
            {
                failures.append("graph \(id): \(failure.words)")
            }
        }
        Terminal.endProgress()
        for failure in failures { Terminal.complain(failure) }
        Terminal.complain("\(ids.count - failures.count) files are in \(directory).")
        guard failures.isEmpty else {
            throw CommandFailure("\(failures.count) of \(ids.count) graphs could not be written")
        }
    }

    private func chosen(_ daemon: Daemon) throws -> [Int64] {
        guard graphs.isEmpty else { return graphs }
        let query = try device.map { "?device=\(try daemon.device($0).id)" } ?? ""
        return try daemon.list("/api/v1/graphs\(query)", of: GraphReport.self).map(\.id.rawValue)
    }

    private func writeOne(_ ids: [Int64], _ daemon: Daemon) throws {
        guard ids.count == 1 else {
            throw CommandFailure(
                "\(ids.count) graphs do not go to standard output",
                fix: "name a folder with --directory", exitCode: .usage)
        }
        guard format.isText || !Terminal.showsOutput else {
            throw CommandFailure(
                "a picture is no text for a terminal", fix: "name a folder with --directory",
                exitCode: .usage)
        }
        try Terminal.write(daemon.getBytes(path(ids[0])))
    }

    private func path(_ id: Int64) -> String {
        "/graphs/\(id).\(format.rawValue)"
            + AddressQuery.text(range.parameters + view.parameters)
    }
}

/// A folder that somebody names.
enum FolderText {
    static func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                "the folder \(path) cannot be made: \(error.localizedDescription)",
                fix: "name one where you may write", exitCode: .failed)
        }
    }
}
