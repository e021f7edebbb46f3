import ArgumentParser
import PollerModel

/// `pollerctl tree edit TREE [NODE]`
struct TreeEdit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Changes what is given about a tree or a node of it.",
        discussion: "The options of rules replace all that the rule of a node said before.")

    @Argument(help: "Id or name of the tree.")
    var tree: String

    @Argument(help: "Node to change; else it is the tree itself.")
    var node: Int64?

    @Option(help: "New name; \"\" of a node: that of what it holds.")
    var name: String?

    @Option(help: "Show what is in it in the order by hand, or by name.")
    var order: String?

    @OptionGroup var conditions: TreeRuleOptions

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        guard name != nil || order != nil || !conditions.isEmpty else {
            throw CommandFailure(
                "nothing was asked for, and nothing was changed",
                fix: "give an option, for example --name NAME; see pollerctl tree edit --help",
                exitCode: .usage)
        }
        let daemon = connection.daemon
        let path = "/api/v1/trees/\(try daemon.tree(tree).id)"
        guard let node else {
            guard conditions.isEmpty else {
                throw CommandFailure(
                    "a tree has no rule, its nodes have", fix: "name the node", exitCode: .usage)
            }
            let order = TreeOrder(name: name, order: order)
            return try daemon.patch(path, order, as: TreeReport.self)
                .write("Changed", output.output)
        }
        var change = TreeNodeOrder()
        change.name = name
        change.order = order
        change.rule = conditions.rule.isEmpty ? nil : conditions.rule
        change.groupBy = conditions.groupBy
        try daemon.patch("\(path)/nodes/\(node)", change, as: TreeReport.self)
            .write("Changed", output.output)
    }
}
