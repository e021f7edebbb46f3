/// All interruptions that are kept, by scope, and which of them are still to be written.
package struct InterruptionBook: Sendable {
    /// How much is kept.
    package struct Limits: Sendable {
        /// Of one scope; the oldest go.
        package var ofScope = 500
        /// Of all; the oldest go, `share` of them at a time.
        package var total = 200_000
        /// That go on at the same time. What comes beyond it is not noted.
        package var open = 100_000
        /// After so many days one that is over is forgotten.
        package var retentionDays: Int64 = 400

        package init() {}

        static let share = 100
    }

    private let limits: Limits
    private var lists: [Interruption.Scope: [Interruption]] = [:]
    private var nextID: Int64
    /// Of the devices that anything changed for, and of the poller's own.
    private var versions: [DeviceID: Int] = [:]
    private var versionOfPoller = 0
    private var changed: [InterruptionID: Interruption.Scope] = [:]
    private var removed: Set<InterruptionID> = []
    package private(set) var count = 0
    package private(set) var openCount = 0
    /// Changes when anything changes.
    package private(set) var version = 0

    /// - Parameters:
    ///   - kept: what was written before.
    ///   - nextID: higher than any that was ever used.
    package init(_ kept: [Interruption] = [], nextID: Int64 = 1, limits: Limits = Limits()) {
        self.limits = limits
        self.nextID = max(nextID, (kept.lazy.map(\.id.rawValue).max() ?? 0) + 1)
        for interruption in kept.sorted(by: { $0.id < $1.id }) {
            lists[interruption.scope, default: []].append(interruption)
        }
        count = kept.count
        openCount = kept.count { $0.end == nil }
    }

    // MARK: Reading

    /// Of the scopes, or of all, those that overlap the range; ascending by id.
    package func interruptions(
        of scopes: [Interruption.Scope]?, in range: TimeRange
    ) -> [Interruption] {
        let found: [Interruption] =
            if let scopes {
                Set(scopes).flatMap { (lists[$0] ?? []).filter { $0.overlaps(range) } }
            } else {
                lists.values.flatMap { $0.filter { $0.overlaps(range) } }
            }
        return found.sorted { $0.id < $1.id }
    }

    /// The one that goes on.
    package func open(_ scope: Interruption.Scope) -> Interruption? {
        lists[scope]?.last.flatMap { $0.end == nil ? $0 : nil }
    }

    /// All that go on, ascending by id.
    package var open: [Interruption] {
        lists.values.compactMap(\.last).filter { $0.end == nil }.sorted { $0.id < $1.id }
    }

    /// Changes when anything changes for the device, or for all.
    package func version(of device: DeviceID) -> Int {
        versions[device, default: 0] + versionOfPoller
    }

    // MARK: Changes

    /// Notes a change. What ends as soon as it began is taken out again.
    ///
    /// - Parameter device: whose it is; nil for the poller's.
    package mutating func apply(_ change: InterruptionChange, of device: DeviceID?) {
        switch change {
        case .begin(let scope, let time, let reason):
            begin(scope, at: time, for: reason)
        case .revise(let scope, let reason, let lost):
            alter(scope) { ($0.reason, $0.lost) = (reason, lost) }
        case .end(let scope, let time, let lost):
            guard let current = open(scope) else { return }
            openCount -= 1
            if time > current.start {
                alter(scope) { ($0.end, $0.lost) = (time, lost) }
            } else {
                drop(scope, position: (lists[scope]?.count ?? 1) - 1)
            }
        }
        touch(device)
    }

    private mutating func begin(
        _ scope: Interruption.Scope, at time: Timestamp, for reason: Interruption.Reason
    ) {
        guard openCount < limits.open, open(scope) == nil else { return }
        let id = InterruptionID(nextID)
        nextID += 1
        lists[scope, default: []].append(
            Interruption(id: id, scope: scope, start: time, reason: reason))
        changed[id] = scope
        (count, openCount) = (count + 1, openCount + 1)
        if let list = lists[scope], list.count > limits.ofScope { drop(scope, position: 0) }
        if count > limits.total { dropOldest(max(1, limits.total / Limits.share)) }
    }

    private mutating func alter(
        _ scope: Interruption.Scope, _ body: (inout Interruption) -> Void
    ) {
        guard let last = lists[scope]?.indices.last, let id = lists[scope]?[last].id else { return }
        changed[id] = scope
        if lists[scope] != nil { body(&lists[scope, default: []][last]) }
    }

    private mutating func touch(_ device: DeviceID?) {
        version += 1
        if let device { versions[device, default: 0] += 1 } else { versionOfPoller += 1 }
    }

    private mutating func drop(_ scope: Interruption.Scope, position: Int) {
        guard let dropped = lists[scope]?.remove(at: position) else { return }
        if lists[scope]?.isEmpty == true { lists[scope] = nil }
        count -= 1
        changed[dropped.id] = nil
        removed.insert(dropped.id)
    }

    /// The oldest that are over.
    private mutating func dropOldest(_ wanted: Int) {
        let oldest = lists.values.lazy.joined().filter { $0.end != nil }.map(\.id).sorted()
            .prefix(wanted)
        if let last = oldest.last { dropAll { _, interruption in interruption.id <= last } }
    }

    /// Those that are over and of which `isMeant` holds.
    private mutating func dropAll(
        where isMeant: (Interruption.Scope, Interruption) -> Bool
    ) {
        for (scope, list) in lists {
            let doomed = list.filter { $0.end != nil && isMeant(scope, $0) }
            guard !doomed.isEmpty else { continue }
            let ids = Set(doomed.map(\.id))
            let rest = list.filter { !ids.contains($0.id) }
            lists[scope] = rest.isEmpty ? nil : rest
            count -= ids.count
            removed.formUnion(ids)
            for id in ids { changed[id] = nil }
        }
    }

    /// Forgets what is older than is kept.
    package mutating func forgetOld(at now: Timestamp) {
        let oldest = now.advanced(seconds: -limits.retentionDays * 86_400)
        let before = count
        dropAll { _, interruption in interruption.end.map { $0 < oldest } ?? false }
        if count < before { touch(nil) }
    }

    /// Forgets all of scopes that do not exist any more.
    package mutating func forget(_ scopes: [Interruption.Scope], of device: DeviceID) {
        for scope in scopes { forget(scope) }
        touch(device)
    }

    /// Forgets all of scopes of which `isGone` holds.
    package mutating func forget(where isGone: (Interruption.Scope) -> Bool) {
        for scope in lists.keys.filter(isGone) { forget(scope) }
    }

    private mutating func forget(_ scope: Interruption.Scope) {
        guard let list = lists.removeValue(forKey: scope) else { return }
        count -= list.count
        openCount -= list.count { $0.end == nil }
        for interruption in list {
            changed[interruption.id] = nil
            removed.insert(interruption.id)
        }
    }

    // MARK: Writing

    package var hasUnwritten: Bool { !changed.isEmpty || !removed.isEmpty }

    /// What is still to be written; it counts as written from now on.
    package mutating func takeUnwritten() -> InterruptionBatch {
        defer { (changed, removed) = ([:], []) }
        let written = changed.compactMap { id, scope in
            lists[scope]?.last { $0.id == id }
        }
        return InterruptionBatch(
            written: written.sorted { $0.id < $1.id }, removed: removed.sorted(), aliveAt: nil)
    }

    /// Takes a batch back that could not be written.
    package mutating func giveBack(_ batch: InterruptionBatch) {
        for interruption in batch.written
        where lists[interruption.scope]?.contains(where: { $0.id == interruption.id }) == true {
            changed[interruption.id] = interruption.scope
        }
        removed.formUnion(batch.removed)
    }
}

/// What is written at once.
package struct InterruptionBatch: Sendable, Hashable {
    /// New ones, and what became of others; ascending by id.
    package var written: [Interruption] = []
    package var removed: [InterruptionID] = []
    /// When the poller was last known to run; nil when that is not to be written.
    package var aliveAt: Timestamp?

    package init(
        written: [Interruption] = [], removed: [InterruptionID] = [], aliveAt: Timestamp? = nil
    ) {
        self.written = written
        self.removed = removed
        self.aliveAt = aliveAt
    }

    package var isEmpty: Bool { written.isEmpty && removed.isEmpty && aliveAt == nil }
}
