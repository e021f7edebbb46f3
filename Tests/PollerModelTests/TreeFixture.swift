import PollerModel
import TestSupport

/// Trees for tests, and devices to put into them.
enum TreeFixture {
    static let now = Timestamp(seconds: 1_795_000_000)

    /// Three devices at two sites and one at none, with two graphs each but for the last.
    static let definitions = AggregateFixture.definitions(
        [
            AggregateFixture.device(
                1, "sw10", titles: ["sw10 - Traffic - eth1", "sw10 - Traffic - uplink"],
                tags: ["core"], site: "Zürich", template: "cisco_switch"),
            AggregateFixture.device(
                2, "sw9", titles: ["sw9 - Traffic - eth1", "sw9 - Traffic - Uplink 2"],
                tags: ["core", "lab"], site: "Zürich"),
            AggregateFixture.device(3, "edge", titles: ["edge - Traffic - eth1"], site: "ATTIC"),
            AggregateFixture.device(4, "loose", titles: []),
        ],
        aggregates: [AggregateFixture.aggregate(.list([DataSourceID(1_000)]), id: 900)])

    static func tree(_ changes: [TreeChange]) throws -> Tree {
        var tree = Tree(id: TreeID(1), name: "Net", changedAt: now, changedBy: "anna")
        for change in changes { try tree.apply(change) }
        return tree
    }

    static func rule(
        _ grouping: TreeRule.Grouping = .none, _ fill: (inout MemberRule) -> Void = { _ in }
    ) -> TreeNode.Content {
        .rule(TreeRule(members: AggregateFixture.rule(fill), grouping: grouping))
    }

    /// Its nodes as they are shown, two blanks for each level.
    static func text(_ outline: TreeOutline) -> [String] {
        outline.shownNodes().map { node, depth in
            String(repeating: "  ", count: depth - 1) + outline.label(of: node)
        }
    }

    static func node(_ number: Int64) -> TreeNodeID { TreeNodeID(number) }
}
