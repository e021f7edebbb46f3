import ArgumentParser
import PollerModel

/// `pollerctl tree create NAME`
struct TreeCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes an empty tree; pollerctl tree add fills it.")

    @Argument(help: "Name of the tree.")
    var name: String

    @Option(help: "Show the topmost nodes in the order by hand (by default), or by name.")
    var order: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        try connection.daemon.post(
            "/api/v1/trees", TreeOrder(name: name, order: order), as: TreeReport.self
        ).write("Made", output.output)
    }
}

/// `pollerctl tree delete TREE`
struct TreeDelete: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Removes a tree; devices and graphs stay.")

    @Argument(help: "Id or name of the tree.")
    var tree: String

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let tree = try daemon.tree(tree)
        if !yes {
            guard Terminal.isInteractive else {
                throw CommandFailure("this needs a yes", fix: "add --yes", exitCode: .usage)
            }
            Terminal.complain(
                "Remove tree \(tree.id) (\(tree.name)) with \(tree.nodeCount) nodes? Type yes:")
            guard readLine() == "yes" else { throw CommandFailure("nothing was removed") }
        }
        try daemon.delete("/api/v1/trees/\(tree.id)?version=\(tree.version)")
        print("Removed tree \(tree.id), \(tree.name)")
    }
}
