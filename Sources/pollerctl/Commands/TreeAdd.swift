import ArgumentParser
import PollerModel

/// `pollerctl tree add TREE`
struct TreeAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds a node to a tree.",
        discussion: """
            A node is a branch, a device, a site, a graph, or a rule that finds devices and graphs \
            by itself. For example, all uplinks of the core, by site:

              pollerctl tree add Network --rule --tag core --title-like "*uplink*" --group-by site
            """)

    @Argument(help: "Id or name of the tree.")
    var tree: String

    @Option(help: "Add a branch with this name.")
    var branch: String?

    @Option(help: "Add a device, by id or name, with all its graphs.")
    var device: String?

    @Option(help: "Add a site with all its devices, now and later.")
    var site: String?

    @Option(help: "Add a graph by its id.")
    var graph: Int64?

    @Flag(help: "Add what the following options take, now and later; none of them: all devices.")
    var rule = false

    @OptionGroup var conditions: TreeRuleOptions

    @Option(help: "Call the node like this, and not like what it holds.")
    var name: String?

    @Option(name: .customLong("in"), help: "The branch it comes into; else it is topmost.")
    var parent: Int64?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let daemon = connection.daemon
        var order = TreeNodeOrder()
        let kinds: [(kind: TreeNode.Kind, isGiven: Bool)] = [
            (.branch, branch != nil), (.device, device != nil), (.site, site != nil),
            (.graph, graph != nil), (.rule, rule),
        ]
        let given = kinds.filter(\.isGiven).map(\.kind)
        guard given.count == 1, let kind = given.first else {
            throw CommandFailure(
                given.isEmpty ? "it is not said what to add" : "a node is one of them",
                fix: "give one of --branch, --device, --site, --graph and --rule",
                exitCode: .usage)
        }
        guard rule || conditions.isEmpty else {
            throw CommandFailure(
                "these options are of rules", fix: "add --rule", exitCode: .usage)
        }
        order.kind = kind.rawValue
        order.name = branch ?? name
        order.parent = parent.map { TreeNodeID($0) }
        order.device = try device.map { try daemon.device($0).id }
        order.site = site
        order.graph = graph.map { GraphID($0) }
        if rule { order.rule = conditions.rule }
        order.groupBy = conditions.groupBy
        let tree = try daemon.tree(tree)
        try daemon.post("/api/v1/trees/\(tree.id)/nodes", order, as: TreeReport.self)
            .write("Changed", output.output)
    }
}

/// What a rule takes, and how that is divided.
struct TreeRuleOptions: ParsableArguments {
    @Option(help: "Take devices with this tag. Of this and the following all that is given holds.")
    var tag: String?

    @Option(help: "Take devices whose name is like this; * stands for any text.")
    var nameLike: String?

    @Option(help: "Take devices of this site.")
    var ofSite: String?

    @Option(help: "Take devices of this device template.")
    var deviceTemplate: String?

    @Option(help: "Take graphs whose title is like this; * stands for any text.")
    var titleLike: String?

    @Option(help: "Divide the devices by site or by template (their kind), or not at all (none).")
    var groupBy: String?

    var rule: MemberRule {
        var rule = MemberRule()
        rule.tag = tag
        rule.nameLike = nameLike.map { Glob($0) }
        rule.site = ofSite
        rule.deviceTemplate = deviceTemplate
        rule.titleLike = titleLike.map { Glob($0) }
        return rule
    }

    var isEmpty: Bool { rule.isEmpty && groupBy == nil }
}
