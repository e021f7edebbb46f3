import ArgumentParser
import PollerModel

/// `pollerctl tree list`
struct TreeList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the trees.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        try Listing(
            items: connection.daemon.list("/api/v1/trees", of: TreeReport.self),
            columns: [
                Column("ID", isNumber: true) { "\($0.id)" }, Column("NAME") { $0.name },
                Column("NODES", isNumber: true) { "\($0.nodeCount)" },
                Column("CHANGED") { $0.changedAt }, Column("BY") { $0.changedBy },
                Column("URL") { $0.url },
            ], name: { $0.name }
        ).write(output.output)
    }
}

/// `pollerctl tree show TREE`
struct TreeShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows the nodes of a tree.",
        discussion: "What sites and rules find is not listed: that changes with the devices.")

    @Argument(help: "Id or name of the tree.")
    var tree: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let tree = try connection.daemon.tree(tree)
        switch output.output {
        case .json, .jsonl: try Terminal.write(JSONText.encode(tree))
        case .csv, .name: try tree.listing.write(output.output)
        case .table:
            print(
                Facts.text([
                    ("Id", "\(tree.id)"), ("Name", tree.name),
                    ("Order", tree.order == .byHand ? "by hand" : "by name"),
                    ("Version", "\(tree.version)"),
                    ("Changed", "\(tree.changedAt) by \(tree.changedBy)"), ("URL", tree.url),
                ]))
            try tree.listing.write(.table)
        }
    }
}
