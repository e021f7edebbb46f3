import ArgumentParser
import PollerModel

/// `pollerctl tree …`
struct TreeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract:
            "Trees of devices, sites and graphs: list, show, create, edit, add, move, remove.",
        subcommands: [
            TreeList.self, TreeShow.self, TreeCreate.self, TreeEdit.self, TreeAdd.self,
            TreeMove.self, TreeRemove.self, TreeDelete.self,
        ])
}

extension Daemon {
    /// The tree an argument names: by id, or by name. With its nodes.
    func tree(_ text: String) throws -> TreeReport {
        if let id = TreeID(text: text) {
            return try get("/api/v1/trees/\(id)", as: TreeReport.self)
        }
        let trees = try list("/api/v1/trees", of: TreeReport.self)
        guard let tree = trees.first(where: { $0.name.lowercased() == text.lowercased() }) else {
            throw CommandFailure(
                "there is no tree “\(text)”"
                    + Suggestion.phrase(for: text, among: trees.map(\.name)),
                fix: "see pollerctl tree list", exitCode: .notFound)
        }
        return try get("/api/v1/trees/\(tree.id)", as: TreeReport.self)
    }
}

extension TreeReport {
    /// After a change: the tree as JSON, its id, or its nodes with a line about what was done.
    func write(_ done: String, _ format: OutputFormat) throws {
        switch format {
        case .json, .jsonl: try Terminal.write(JSONText.encode(self))
        case .name: print(name)
        case .table, .csv:
            if format == .table { print("\(done) tree \(id), \(name).") }
            // An empty table says nothing about a new tree.
            if format == .csv || nodes?.isEmpty == false { try listing.write(format) }
        }
    }

    /// Its nodes, a line each.
    var listing: Listing<TreeNodeReport> {
        Listing(
            items: nodes ?? [],
            columns: [
                Column("NODE", isNumber: true) { "\($0.id)" },
                Column("NAME") { String(repeating: "  ", count: $0.depth - 1) + $0.name },
                Column("KIND") { $0.kind.rawValue }, Column("HOLDS") { $0.holds },
            ], name: { $0.name })
    }
}

extension TreeNodeReport {
    /// What it is about, besides its name.
    fileprivate var holds: String {
        switch kind {
        case .branch: order == .byName ? "in the order of names" : ""
        case .device: device.map { "device \($0)" } ?? ""
        case .site: site.map { "site \($0)" } ?? ""
        case .graph: graph.map { "graph \($0)" } ?? ""
        case .rule: TreeRule(members: rule ?? MemberRule(), grouping: groupBy ?? .none).words
        }
    }
}
