import ArgumentParser
import PollerModel

/// `pollerctl tree move TREE NODE`
struct TreeMove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Moves a node with all that is below it.")

    @Argument(help: "Id or name of the tree.")
    var tree: String

    @Argument(help: "Node to move.")
    var node: Int64

    @Flag(help: "One place up among those beside it.")
    var up = false

    @Flag(help: "One place down among those beside it.")
    var down = false

    @Option(help: "Into this branch, as its last.")
    var to: Int64?

    @Flag(help: "To the top of the tree, as its last.")
    var top = false

    @Option(help: "With --to or --top: before this node of the branch.")
    var before: Int64?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let ways = [up, down, to != nil, top].filter { $0 }.count
        guard ways == 1, before == nil || !(up || down) else {
            throw CommandFailure(
                "it is not said where to",
                fix: "give one of --up, --down, --to NODE and --top", exitCode: .usage)
        }
        var order = TreeMoveOrder()
        if up || down { order.step = up ? "up" : "down" }
        order.parent = to.map { TreeNodeID($0) }
        order.before = before.map { TreeNodeID($0) }
        let daemon = connection.daemon
        let tree = try daemon.tree(tree)
        try daemon.post(
            "/api/v1/trees/\(tree.id)/nodes/\(node)/move", order, as: TreeReport.self
        ).write("Changed", output.output)
    }
}

/// `pollerctl tree remove TREE NODE`
struct TreeRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Removes a node with all that is below it; devices and graphs stay.")

    @Argument(help: "Id or name of the tree.")
    var tree: String

    @Argument(help: "Node to remove.")
    var node: Int64

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        let tree = try daemon.tree(tree)
        try daemon.delete("/api/v1/trees/\(tree.id)/nodes/\(node)?version=\(tree.version)")
        print("Removed node \(node) of tree \(tree.id), \(tree.name)")
    }
}
