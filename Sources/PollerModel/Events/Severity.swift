/// How much it matters: what happened, or what was found.
package enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Good to know.
    case info
    /// Something is not as it should be; nothing is lost yet, or little.
    case warning
    /// Something does not work, or samples are lost.
    case error

    package static func < (left: Severity, right: Severity) -> Bool {
        left.order < right.order
    }

    private var order: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .error: 2
        }
    }

    /// A sign beside the word, for who does not see colours.
    package var sign: String {
        switch self {
        case .info: "·"
        case .warning: "!"
        case .error: "✗"
        }
    }
}
