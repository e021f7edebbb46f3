/// Which data sources get another layout, and which.
package struct ReshapeRequest: Sendable, Hashable {
    /// Those of these devices, and these; all when both are empty.
    package var devices: [DeviceID]
    package var sources: [DataSourceID]
    /// Name of the profile they get; nil leaves each its own, and puts right what is not as the
    /// definition says.
    package var profile: String?
    /// Whether to say only what would change.
    package var isDryRun: Bool

    package init(
        devices: [DeviceID] = [], sources: [DataSourceID] = [], profile: String? = nil,
        isDryRun: Bool = false
    ) {
        self.devices = devices
        self.sources = sources
        self.profile = profile
        self.isDryRun = isDryRun
    }
}

/// How far reshaping is, as `pollerctl rrd reshape -o jsonl` shows it.
package struct ReshapeProgress: Sendable, Hashable, Codable {
    /// Files that change in the same way.
    package struct Group: Sendable, Hashable, Codable {
        package var files: Int
        /// One of them.
        package let example: String
        /// A line each.
        package let changes: [String]
    }

    /// Groups and failures that are told one by one.
    package static let mostGroups = 20
    package static let mostFailures = 100

    package let isDryRun: Bool
    package let total: Int
    package var done = 0
    package var reshaped = 0
    /// Files that are as they should be already.
    package var unchanged = 0
    package var failed = 0
    package var bytesBefore: Int64 = 0
    package var bytesAfter: Int64 = 0
    package var groups: [Group] = []
    package var failures: [String] = []
    /// Where the old files lie, relative to the state folder; null when none was changed.
    @ExplicitNull package var undoFolder: String?

    package init(isDryRun: Bool, total: Int) {
        self.isDryRun = isDryRun
        self.total = total
        _undoFolder = ExplicitNull(wrappedValue: nil)
    }

    package mutating func count(_ plan: ReshapePlan) {
        done += 1
        bytesBefore += plan.bytesBefore
        bytesAfter += plan.bytesAfter
        guard !plan.isNothingToDo else {
            unchanged += 1
            return
        }
        reshaped += 1
        let changes = (plan.changes.map(\.words) + plan.losses.map(\.words))
        if let position = groups.firstIndex(where: { $0.changes == changes }) {
            groups[position].files += 1
        } else if groups.count < Self.mostGroups {
            groups.append(Group(files: 1, example: plan.path, changes: changes))
        }
    }

    package mutating func count(_ failure: String) {
        done += 1
        failed += 1
        if failures.count < Self.mostFailures { failures.append(failure) }
    }
}

/// What pages and commands can have done to round-robin files.
package protocol ArchiveOperations: Sendable {
    /// Gives data sources another layout, some files at a time. Stops between two of them when the
    /// task is cancelled: what is done stays done, and the next attempt goes on.
    func reshape(
        _ request: ReshapeRequest, report: @escaping @Sendable (ReshapeProgress) async -> Void
    ) async throws(OperationFailure) -> ReshapeProgress
}
