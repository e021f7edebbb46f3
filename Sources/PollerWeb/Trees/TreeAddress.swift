import PollerModel

/// Addresses of what is in a tree: `/trees/1?node=3&group=ATTIC&device=7`.
enum TreeAddress {
    /// nil: the tree itself.
    static func place(_ query: Query) throws(WebProblem) -> TreePlace? {
        guard let text = query.text("node") else { return nil }
        guard let node = TreeNodeID(text: text) else { throw noPlace }
        var group = query.text("group").map { TreeGroup.named($0) }
        if try query.flag("nogroup", default: false) { group = .unnamed }
        var device: DeviceID?
        if let text = query.text("device") {
            guard let id = DeviceID(text: text) else { throw noPlace }
            device = id
        }
        return TreePlace(node, group: group, device: device)
    }

    static let noPlace = WebProblem.notFound(
        "such place in this tree", fix: "look at the tree again: what was here may be gone")

    /// As parameters; empty for the tree itself.
    static func parameters(_ place: TreePlace?) -> [(String, String)] {
        guard let place else { return [] }
        var parameters = [("node", place.node.description)]
        switch place.group {
        case .named(let name)?: parameters.append(("group", name))
        case .unnamed?: parameters.append(("nogroup", "1"))
        case nil: break
        }
        if let device = place.device { parameters.append(("device", device.description)) }
        return parameters
    }

    static func link(_ tree: TreeID, _ place: TreePlace?) -> String {
        let query = parameters(place).map { "\($0)=\(URLText.escaped($1))" }
            .joined(separator: "&")
        return "/trees/\(tree)" + (query.isEmpty ? "" : "?\(query)")
    }
}
