/// Where trees are kept.
package protocol TreeRegister: Sendable {
    /// All there are. They lie in memory, because what somebody may see can depend on them.
    var trees: [TreeID: Tree] { get }

    /// Makes an empty tree.
    func addTree(
        named name: String, by author: String, at now: Timestamp
    ) async throws(TreeFailure) -> Tree

    /// Makes the next version of a tree, with all of the changes or none. Nodes of devices and
    /// graphs that are gone are left away.
    ///
    /// - Parameter version: the one that was looked at; nil: whichever is there.
    func changeTree(
        _ id: TreeID, from version: Int64?, with changes: [TreeChange], by author: String,
        at now: Timestamp
    ) async throws(TreeFailure) -> Tree

    /// Removes a tree, and returns what it was.
    func removeTree(_ id: TreeID, from version: Int64?) async throws(TreeFailure) -> Tree
}

/// Why a tree is not as somebody wants it.
package enum TreeFailure: Error, Sendable, Hashable {
    case unknownTree(TreeID)
    case unknownNode(TreeNodeID)
    case nameTaken(String, by: TreeID)
    case tooManyTrees
    /// Somebody saved it after it was looked at.
    case conflict(SavedMeanwhile)
    /// What is wrong, and how it would be right.
    case unfit(words: String, fix: String)
    /// The database's own words.
    case failed(operation: String, detail: String)

    package var words: String {
        switch self {
        case .unknownTree(let id): "there is no tree \(id)"
        case .unknownNode(let id): "the tree has no node \(id)"
        case .nameTaken(let name, let id): "tree \(id) is already called \(name)"
        case .tooManyTrees: "there are \(Tree.largestCount) trees already"
        case .conflict(let saved): saved.words
        case .unfit(let words, _): words
        case .failed(let operation, let detail): "the database could not \(operation): \(detail)"
        }
    }

    package var fix: String {
        switch self {
        case .unknownTree: "see pollerctl tree list"
        case .unknownNode: "see pollerctl tree show"
        case .nameTaken: "choose another name"
        case .tooManyTrees: "remove one that nobody needs"
        case .conflict: SavedMeanwhile.fix
        case .unfit(_, let fix): fix
        case .failed: "check the disk and the permissions of the state folder"
        }
    }

    /// Stable name, for scripts.
    package var code: String {
        switch self {
        case .unknownTree, .unknownNode: "not_found"
        case .nameTaken: "name_taken"
        case .tooManyTrees: "too_many"
        case .conflict: "version_conflict"
        case .unfit: "invalid"
        case .failed: "database_failed"
        }
    }
}

/// That something was saved after somebody looked at it, by whom and when.
package struct SavedMeanwhile: Sendable, Hashable {
    package let name: String
    package let author: String
    package let savedAt: Timestamp
    package let version: Int64

    package init(name: String, author: String, savedAt: Timestamp, version: Int64) {
        self.name = name
        self.author = author
        self.savedAt = savedAt
        self.version = version
    }

    package var words: String {
        "\(author) saved “\(name)” at \(savedAt.rfc3339), after you looked at it; it is version "
            + "\(version) now, and your change was not made"
    }

    package static let fix = "look at it as it is now, and do it again"
}
