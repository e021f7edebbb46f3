/// Why a graph shows less than someone expects: one sentence for under the picture.
package struct GraphNote: Sendable, Hashable {
    package let text: String
    /// Whether there is no value at all in the range, so that numbers would say nothing.
    package let isEmpty: Bool

    private static func empty(_ text: String) -> GraphNote { GraphNote(text: text, isEmpty: true) }
    private static func partly(_ text: String) -> GraphNote {
        GraphNote(text: text, isEmpty: false)
    }

    /// What a note is decided by.
    package struct Circumstances: Sendable {
        package let device: Device
        package let deviceStatus: DeviceStatus
        package let source: DataSource
        package let profile: Profile
        package let row: QueryRow?
        package let sourceStatus: SourceStatus?
        package let pollerStartedAt: Timestamp
        package let now: Timestamp

        /// nil when the catalogue lost the source's profile.
        package init?(
            source: DataSource, of definition: DeviceDefinition, catalogue: Catalogue,
            status: any PollStatus, now: Timestamp
        ) {
            guard let profile = catalogue.profiles[source.profile] else { return nil }
            device = definition.device
            deviceStatus = status.device(definition.device.id)
            self.source = source
            self.profile = profile
            row = definition.row(of: source)
            sourceStatus = status.source(source.id)
            pollerStartedAt = status.summary().startedAt
            self.now = now
        }
    }

    /// nil when the newest sample is there and the range shows time with data.
    ///
    /// - Parameter clock: how a time is written for the reader.
    package static func note(
        on range: TimeRange, _ state: Circumstances, clock: (Timestamp) -> String
    ) -> GraphNote? {
        if range.end <= state.source.createdAt {
            return empty("No data: this was not measured before \(clock(state.source.createdAt))")
        }
        if range.start >= state.now { return empty("No data yet: this range lies in the future") }
        // What happens now explains only a range that reaches to now.
        let recent = state.now.advanced(seconds: -2 * state.profile.step.seconds)
        let present = range.end >= recent ? presentNote(state, clock: clock) : nil
        if let present, present.isEmpty { return present }
        return present ?? coarseNote(on: range, state, clock: clock)
    }

    private static func presentNote(
        _ state: Circumstances, clock: (Timestamp) -> String
    ) -> GraphNote? {
        if !state.device.isEnabled { return partly("Not polled: the device is disabled") }
        if let row = state.row, !row.isPresent {
            let index = OID.dotted(row.index)
            return partly("Not polled: the device does not list index \(index) any more")
        }
        let isNew = state.source.createdAt >= state.pollerStartedAt
        let hasNothing = isNew && state.sourceStatus?.lastKnown == nil
        if let failure = state.deviceStatus.failure {
            let since = state.deviceStatus.failingSince.map { " since \(clock($0))" } ?? ""
            return GraphNote(text: "No data\(since): \(failure.words)", isEmpty: hasNothing)
        }
        guard let status = state.sourceStatus else {
            return isNew
                ? empty("No data yet: the first poll is due within \(state.device.step)") : nil
        }
        guard let reason = status.reason else { return nil }
        if reason == .firstSample, hasNothing {
            let next = status.sampledAt.advanced(seconds: state.profile.step.seconds)
            return empty("No rate yet: the second sample is due by \(clock(next))")
        }
        guard status.isAllUnknown || status.storeFailure != nil else { return nil }
        let text = hasNothing ? "No data" : "The newest sample is not known"
        return GraphNote(text: "\(text): \(reason.words)", isEmpty: hasNothing)
    }

    /// A range so long that its rows are longer than the data source is old has no complete row.
    private static func coarseNote(
        on range: TimeRange, _ state: Circumstances, clock: (Timestamp) -> String
    ) -> GraphNote? {
        guard
            let archive = state.profile.archiveOfAverages(
                reachingBackTo: range.start, now: state.now)
        else { return nil }
        let seconds = Int64(archive.stepsPerRow) * state.profile.step.seconds
        let created = state.source.createdAt.seconds
        var first = created.flooredDivision(by: seconds) * seconds + seconds
        // A row of which too much lies before the beginning stays unknown.
        if Double(first - created) < Double(seconds) * (1 - archive.unknownShare) {
            first += seconds
        }
        let complete = Timestamp(seconds: first + state.profile.step.seconds)
        guard complete > state.now else { return nil }
        return empty(
            "No data yet: a point of this range covers \(seconds / 60) min, and the first is "
                + "complete at \(clock(complete))")
    }
}

extension Profile {
    /// The finest archive of averages that reaches back to `start`; the coarsest when none does.
    package func archiveOfAverages(
        reachingBackTo start: Timestamp, now: Timestamp
    ) -> RoundRobinArchive? {
        let averages = archives.filter { $0.function == .average }
            .sorted { $0.stepsPerRow < $1.stepsPerRow }
        let needed = now.seconds - start.seconds
        return averages.first {
            Int64($0.stepsPerRow) * Int64($0.rows) * step.seconds >= needed
        } ?? averages.last
    }
}
