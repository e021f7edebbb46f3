import ArgumentParser
import Foundation
import PollerModel

/// `pollerctl rrd info DATA-SOURCE`
struct RRDInfo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Shows what the head of a round-robin file says.",
        discussion: """
            Prints what “rrdtool info” prints in the state folder, once all samples that wait for \
            the file are in it. -o json, jsonl and csv tell keys and values one by one; there, \
            null is an unknown value.
            """)

    @Argument(
        help: """
            Id of the data source, or the path of its file as “pollerctl data-source last” shows \
            it, for example rrd/1/7.rrd.
            """)
    var file: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let report = try connection.daemon.get(path(), as: ArchiveInfoReport.self)
        if output.output == .table { return print(report.text, terminator: "") }
        try Listing(
            items: report.entries,
            columns: [
                Column("KEY") { $0.key },
                Column("VALUE") { entry in
                    switch entry.value {
                    case .number(let number, _): number.isNaN ? "U" : number.plainText
                    case .integer(let number): "\(number)"
                    case .text(let text): text
                    }
                },
            ], name: { $0.key }
        ).write(output.output)
    }

    /// Of the API. What is wrong with the argument, the daemon says.
    private func path() throws -> String {
        if let id = DataSourceID(text: file) { return "/api/v1/data-sources/\(id)/info" }
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-./")
        let text = file.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        return "/api/v1/rrd/info?file=\(text)"
    }
}
