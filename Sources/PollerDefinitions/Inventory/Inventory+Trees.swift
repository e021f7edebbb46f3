import GRDB
package import PollerModel
import Synchronization

/// Trees. They are changed by pure functions in memory, and what became of their nodes is written.
extension Inventory: TreeRegister {
    package var trees: [TreeID: Tree] { currentTrees.withLock { $0 } }

    package func addTree(
        named name: String, by author: String, at now: Timestamp
    ) async throws(TreeFailure) -> Tree {
        let name = try Tree.checked(name)
        return try await writeTree("add a tree") { database, trees in
            guard trees.count < Tree.largestCount else { throw TreeFailure.tooManyTrees }
            try Self.checkFree(name, except: nil, in: trees)
            var record = TreeRecord(
                Tree(id: TreeID(0), name: name, changedAt: now, changedBy: author), isNew: true)
            try record.insert(database)
            return try record.tree([])
        }
    }

    package func changeTree(
        _ id: TreeID, from version: Int64?, with changes: [TreeChange], by author: String,
        at now: Timestamp
    ) async throws(TreeFailure) -> Tree {
        try await writeTree("change tree \(id)") { database, trees in
            let before = try Self.tree(id, from: version, in: trees)
            var tree = before
            tree.forgetWhatIsGone(in: self.definitions)
            for change in changes { try tree.apply(change) }
            try Self.checkFree(tree.name, except: id, in: trees)
            tree.version += 1
            tree.changedAt = now
            tree.changedBy = author
            try TreeRecord(tree).update(database)
            try Self.write(from: before, to: tree, database)
            return tree
        }
    }

    package func removeTree(
        _ id: TreeID, from version: Int64?
    ) async throws(TreeFailure) -> Tree {
        do {
            return try await database.writeWithoutTransaction { database in
                let tree = try Self.tree(id, from: version, in: self.trees)
                _ = try TreeRecord.deleteOne(database, key: id.rawValue)
                self.currentTrees.withLock { $0[id] = nil }
                return tree
            }
        } catch {
            throw Self.treeFailure(error, "remove tree \(id)")
        }
    }

    /// One transaction on the writer, where the trees in memory are what the database holds; its
    /// outcome is made known after the commit.
    private func writeTree(
        _ operation: String,
        _ body: @escaping @Sendable (Database, [TreeID: Tree]) throws -> Tree
    ) async throws(TreeFailure) -> Tree {
        do {
            return try await database.writeWithoutTransaction { database in
                var outcome: Tree?
                let trees = self.trees
                try database.inTransaction {
                    outcome = try body(database, trees)
                    return .commit
                }
                guard let outcome else { preconditionFailure("the transaction has run") }
                self.currentTrees.withLock { $0[outcome.id] = outcome }
                return outcome
            }
        } catch {
            throw Self.treeFailure(error, operation)
        }
    }

    /// The tree that is there, if it is the version that was looked at.
    private static func tree(
        _ id: TreeID, from version: Int64?, in trees: [TreeID: Tree]
    ) throws(TreeFailure) -> Tree {
        guard let tree = trees[id] else { throw .unknownTree(id) }
        guard version == nil || version == tree.version else {
            throw .conflict(
                SavedMeanwhile(
                    name: tree.name, author: tree.changedBy, savedAt: tree.changedAt,
                    version: tree.version))
        }
        return tree
    }

    private static func checkFree(
        _ name: String, except id: TreeID?, in trees: [TreeID: Tree]
    ) throws(TreeFailure) {
        let lowered = name.lowercased()
        let other = trees.values.first { $0.id != id && $0.name.lowercased() == lowered }
        if let other { throw .nameTaken(name, by: other.id) }
    }

    /// Only rows that differ: a step up changes two of thousands.
    private static func write(from before: Tree, to after: Tree, _ database: Database) throws {
        let old = Set(TreeNodeRecord.rows(of: before))
        let new = Set(TreeNodeRecord.rows(of: after))
        for row in old.subtracting(new) {
            try database.execute(
                sql: "DELETE FROM tree_node WHERE tree = ? AND id = ?",
                arguments: [row.tree, row.id])
        }
        for row in new.subtracting(old) { try row.insert(database) }
    }

    static func readTrees(_ database: Database) throws -> [TreeID: Tree] {
        let nodes = try Dictionary(
            grouping: records(TreeNodeRecord.order(Column("place")), database), by: \.tree)
        let trees = try records(TreeRecord.all(), database).map { record in
            try record.tree(record.id.flatMap { nodes[$0] } ?? [])
        }
        return Dictionary(uniqueKeysWithValues: trees.map { ($0.id, $0) })
    }

    private static func treeFailure(_ error: any Error, _ operation: String) -> TreeFailure {
        error as? TreeFailure ?? .failed(operation: operation, detail: words(error))
    }
}
