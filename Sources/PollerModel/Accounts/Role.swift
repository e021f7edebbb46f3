/// What somebody may do. Each role may do what the ones before it may.
package enum Role: String, Sendable, CaseIterable, Codable {
    /// Sees devices, graphs, trees and dashboards.
    case viewer
    /// Adds, changes and polls devices, and makes graphs, trees, dashboards and shared links.
    case `operator`
    /// Also accounts, tokens of others, settings, keys and files.
    case administrator

    package var words: String {
        switch self {
        case .viewer: "viewer: sees devices and graphs"
        case .operator: "operator: also adds and changes devices and graphs"
        case .administrator: "administrator: also accounts, settings and files"
        }
    }
}

extension Role: Comparable {
    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .administrator: 2
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
