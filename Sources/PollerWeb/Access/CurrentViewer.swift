import PollerModel
import Synchronization

/// On whose behalf something is done at this moment. Everything that looks objects up sees only
/// those of his scope, without being told: so no page, picture or list can forget to ask. Where
/// nobody said who it is, there is nothing to see.
enum CurrentViewer {
    @TaskLocal static var viewer: Viewer = .nobody
    /// Where it is noted what he changes; nil where nothing is changed.
    @TaskLocal static var audit: AuditTrail?
}

/// A scope, and the versions of the trees on which it depends what it covers.
struct ScopeKey: Hashable {
    let scope: AccessScope
    private let versions: [TreeID: Int64]

    init(_ scope: AccessScope, by trees: [TreeID: Tree]) {
        self.scope = scope
        versions = scope.trees.reduce(into: [:]) { $0[$1] = trees[$1]?.version }
    }
}

/// What people with a scope see of one version of the definitions, because it takes long to find
/// among ten thousand devices.
final class ScopeMemo: Sendable {
    /// Scopes that are remembered.
    static let largestCount = 50

    private struct Known {
        var version: Int64 = 0
        var definitions: [ScopeKey: Definitions] = [:]
    }

    private let known = Mutex(Known())

    func definitions(_ all: Definitions, for key: ScopeKey, by trees: [TreeID: Tree]) -> Definitions
    {
        guard key.scope != .everything else { return all }
        let remembered = known.withLock { known in
            known.version == all.version ? known.definitions[key] : nil
        }
        if let remembered { return remembered }
        let seen = all.restricted(to: key.scope, by: trees)
        known.withLock { known in
            if known.version != all.version || known.definitions.count >= Self.largestCount {
                known = Known(version: all.version)
            }
            known.definitions[key] = seen
        }
        return seen
    }
}
