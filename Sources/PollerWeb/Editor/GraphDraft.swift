import Foundation
import PollerModel

/// How a graph would be drawn, in an address: so that a page without scripts shows it, and nothing
/// is kept of what was only tried.
enum GraphDraft {
    static func text(_ wanted: some Encodable) -> String {
        // A value of texts and numbers always encodes; without it the picture is as it is now.
        let data = (try? JSONEncoder().encode(wanted)) ?? Data()
        return Base64URL.text(Array(data))
    }

    /// - Throws: a sentence when it is none.
    static func value<Value: Decodable>(_ text: String) throws(WebProblem) -> Value {
        guard let bytes = Base64URL.bytes(text.utf8),
            let value = try? JSONDecoder().decode(Value.self, from: Data(bytes))
        else {
            throw .badRequest("“draft” is none that our pages made", fix: "open the editor again")
        }
        return value
    }
}

extension Drawing {
    /// As it would be drawn; an aggregate, which has no template of its own, as it is.
    func trying(_ override: GraphOverride) -> Drawing {
        guard case .graph(var graph, let definition) = self else { return self }
        graph.edit = GraphEdit(
            version: graph.version, override: override,
            editedAt: graph.edit?.editedAt ?? Timestamp(seconds: 0),
            editedBy: graph.edit?.editedBy ?? "")
        return .graph(graph, definition)
    }
}
