/// What may be asked with a shared link.
package enum ShareScope: Sendable, Hashable {
    /// Exactly one picture, whose range may move with the time.
    case picture(SharedPicture)
    /// The graph, over any range, at any size, in any format.
    case graph

    /// Parameters that are free where the graph is shared: what a picture shows and how it looks,
    /// and nothing that tells of the daemon.
    static let freeParameters: Set<String> = [
        "from", "to", "width", "height", "theme", "scale", "legend", "units", "axis", "base",
        "compare", "percentile", "capacity", "peaks",
    ]

    /// The one form in which it is kept and signed: `graph`, or `picture` and what it is, with
    /// blanks in between.
    package var text: String {
        switch self {
        case .graph: "graph"
        case .picture(let picture): "picture " + picture.fields.joined(separator: " ")
        }
    }

    /// nil unless it is what `text` gives.
    package init?(text: String) {
        let fields = text.split(separator: " ", omittingEmptySubsequences: false)
        switch fields.first {
        case "graph" where fields.count == 1: self = .graph
        case "picture":
            guard let picture = SharedPicture(fields: fields.dropFirst().map(String.init)) else {
                return nil
            }
            self = .picture(picture)
        default: return nil
        }
    }

    /// The format a link to it has by itself.
    package var format: ShareFormat? {
        if case .picture(let picture) = self { picture.format } else { nil }
    }

    /// What is drawn for a question that is within the scope; nil for one that is not.
    package func parameters(for question: ShareQuestion) -> [String: String]? {
        switch self {
        case .graph:
            return question.parameters.keys.allSatisfy { Self.freeParameters.contains($0) }
                ? question.parameters : nil
        case .picture(let picture):
            // What is said again in the same words is no other picture.
            let own = picture.parameters
            let isSame = question.parameters.allSatisfy { own[$0.key] == $0.value }
            return isSame && question.format == picture.format ? own : nil
        }
    }

    /// What is within it, for whoever makes or lists links.
    package var words: String {
        switch self {
        case .graph: "any range, size and theme"
        case .picture(let picture): picture.words
        }
    }
}

/// In which form a shared graph is asked for.
package enum ShareFormat: String, Sendable, Hashable, Codable, CaseIterable {
    case png, svg, csv, json
}

/// What somebody asks with a token: the form, and the parameters of the address, decoded.
package struct ShareQuestion: Sendable, Hashable {
    package let format: ShareFormat
    package let parameters: [String: String]

    package init(format: ShareFormat, parameters: [String: String]) {
        self.format = format
        self.parameters = parameters
    }
}
