import HTTPTypes
import Hummingbird
import PollerModel

/// Trees as the one who asks sees them, and what he does to them.
struct TreeDesk: Sendable {
    let services: WebServices

    /// Those in which there is something for him, in the natural order of their names.
    var outlines: [TreeOutline] {
        NaturalOrder.sorted(services.trees.trees.values, by: \.name, last: \.id)
            .map(outline).filter(\.isShown)
    }

    private func outline(_ tree: Tree) -> TreeOutline {
        TreeOutline(
            tree, in: services.definitions,
            hidesEmpty: CurrentViewer.viewer.scope != .everything)
    }

    /// The tree that the path names.
    func outline(_ context: WebContext) throws(WebProblem) -> TreeOutline {
        try outline(context.parameters.get("id") ?? "")
    }

    /// - Parameter text: the id.
    func outline(_ text: String) throws(WebProblem) -> TreeOutline {
        guard let tree = TreeID(text: text).flatMap({ services.trees.trees[$0] }),
            case let outline = outline(tree), outline.isShown
        else {
            throw .notFound(
                "tree \(DeviceText(text).text)", fix: "see /trees, or pollerctl tree list")
        }
        return outline
    }

    /// The node that the path names.
    func node(_ context: WebContext, in outline: TreeOutline) throws(WebProblem) -> TreeNode {
        let text = context.parameters.get("node") ?? ""
        guard let node = TreeNodeID(text: text).flatMap({ outline.tree.nodes[$0] }),
            outline.isShown(node)
        else {
            throw .notFound(
                "node \(DeviceText(text).text) in this tree", fix: "look at the tree again")
        }
        return node
    }

    /// Whether somebody may change trees: all people have the same, so whoever changes one has to
    /// see all of it.
    static func canChange(_ viewer: Viewer) -> Bool {
        viewer.role != nil && viewer.canOperate && viewer.scope == .everything
    }

    private func check(_ context: WebContext) throws(WebProblem) {
        guard context.viewer.scope == .everything else {
            throw WebProblem(
                .forbidden,
                "trees are changed by those who see every device, and you see "
                    + context.viewer.scope.words(by: services.trees.trees), code: "scope",
                fix: "ask an administrator, or make a dashboard")
        }
    }

    // MARK: Changes

    /// - Throws: a `WebProblem` or a `TreeFailure`.
    func add(named name: String, _ context: WebContext) async throws -> TreeOutline {
        try check(context)
        let tree = try await services.trees.addTree(
            named: name, by: context.viewer.name, at: services.now)
        note(tree, context, after: "made")
        return outline(tree)
    }

    /// - Throws: a `WebProblem` or a `TreeFailure`.
    func change(
        _ before: TreeOutline, from version: Int64?, with changes: [TreeChange],
        _ context: WebContext
    ) async throws -> TreeOutline {
        try check(context)
        let tree = try await services.trees.changeTree(
            before.tree.id, from: version, with: changes, by: context.viewer.name,
            at: services.now)
        for change in changes {
            note(tree, context, after: TreeChangeWords.words(change, in: before))
        }
        return outline(tree)
    }

    /// - Throws: a `WebProblem` or a `TreeFailure`.
    func remove(
        _ outline: TreeOutline, from version: Int64?, _ context: WebContext
    ) async throws {
        try check(context)
        let tree = try await services.trees.removeTree(outline.tree.id, from: version)
        note(tree, context, after: nil)
    }

    private func note(_ tree: Tree, _ context: WebContext, after: String?) {
        context.audit.note(
            object: "tree \(tree.id) (\(tree.name))",
            before: after == nil ? "\(tree.nodes.count) nodes" : nil, after: after)
    }
}

/// What was done to a tree, in a sentence.
enum TreeChangeWords {
    /// - Parameter before: the tree as it was.
    static func words(_ change: TreeChange, in before: TreeOutline) -> String {
        func name(_ id: TreeNodeID?) -> String {
            guard let id else { return "the top" }
            return before.tree.nodes[id].map { "“\(before.label(of: $0))”" } ?? "node \(id)"
        }
        return switch change {
        case .rename(let name): "The tree is called “\(name)” now"
        case .order(let id, let ordering):
            "What is in \(name(id)) stands " + (ordering == .byHand ? "by hand" : "by name")
        case .add(let content, let name, _):
            "A \(content.kind.rawValue) was added" + (name.map { ": “\($0)”" } ?? "")
        case .renameNode(let id, let new): "\(name(id)) is called " + (new ?? "as what it holds")
        case .setRule(let id, let rule): "\(name(id)) takes: \(rule.words)"
        case .step(let id, let direction): "\(name(id)) was moved \(direction.rawValue)"
        case .move(let id, let branch, _): "\(name(id)) was moved to \(name(branch))"
        case .remove(let id): "\(name(id)) was removed"
        }
    }
}

extension WebProblem {
    init(_ failure: TreeFailure) {
        let status: HTTPResponse.Status =
            switch failure {
            case .unknownTree, .unknownNode: .notFound
            case .nameTaken, .tooManyTrees, .conflict: .conflict
            case .unfit: .badRequest
            case .failed: .serviceUnavailable
            }
        self.init(status, failure.words, code: failure.code, fix: failure.fix)
    }

    /// - Parameter error: of something that throws problems and failures of trees only.
    init(treeError error: any Error) {
        switch error {
        case let problem as WebProblem: self = problem
        case let failure as TreeFailure: self.init(failure)
        default:
            self.init(.internalServerError, "\(error)", code: "internal", fix: "report it")
        }
    }
}
