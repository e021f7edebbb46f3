/// Why a graph shows less than someone expects, for in and under the picture: what the explanation
/// of its data source says first, in its words.
package struct GraphNote: Sendable, Hashable {
    package let text: String
    /// Whether there is no value at all in the range, so that numbers would say nothing.
    package let isEmpty: Bool
    /// What to do about it, short enough for a picture; nil where nothing is to be done, or whoever
    /// looks is not to be told.
    package var fix: String? = nil
    /// The broken stage that it is about; nil where the range explains it.
    package var stage: ExplainStage? = nil
    /// Stable name of what is wrong; nil where the range explains it.
    package var reason: String? = nil
    /// Whether it comes by itself.
    package var isWaiting = false

    /// Who reads it.
    package enum Audience: Sendable, Hashable {
        /// Those who may read the whole explanation.
        case people
        /// Whoever has a link: they are told that the device does not answer and of its values, and
        /// neither who asks it and how, nor what to do, nor how the daemon and its files fare.
        case strangers
    }

    /// In characters as Unicode counts them (scalars): three lines of a usual picture.
    package static let longestFix = 240

    private static func empty(_ text: String) -> GraphNote { GraphNote(text: text, isEmpty: true) }

    /// What a note is decided by.
    package struct Circumstances: Sendable {
        package var facts: SourceFacts
        package let profile: Profile

        /// nil when the catalogue lost the source's profile.
        ///
        /// - Parameters:
        ///   - findings: what is wrong with the file; nil where nobody looked.
        ///   - silenceMilliseconds: for how long the poller's loop has been silent.
        package init?(
            source: DataSource, of definition: DeviceDefinition, catalogue: Catalogue,
            status: any PollStatus, findings: [ArchiveFinding]? = nil,
            silenceMilliseconds: Int64? = nil, now: Timestamp
        ) {
            guard let profile = catalogue.profiles[source.profile] else { return nil }
            self.profile = profile
            facts = SourceFacts(
                device: definition.device, deviceStatus: status.device(definition.device.id),
                source: source, row: definition.row(of: source),
                file: RoundRobinFile(dataSource: source, catalogue: catalogue),
                status: status.source(source.id), findings: findings,
                startedAt: status.summary().startedAt, silenceMilliseconds: silenceMilliseconds,
                now: now)
        }
    }

    /// nil when the newest sample is there and the range shows time with data.
    ///
    /// - Parameters:
    ///   - showsNothing: whether the range is known to have no value.
    ///   - clock: how a time is written for the reader.
    package static func note(
        on range: TimeRange, _ state: Circumstances, audience: Audience = .people,
        showsNothing: Bool = false, clock: @escaping (Timestamp) -> String
    ) -> GraphNote? {
        let created = state.facts.source.createdAt
        if state.facts.now < created {
            // Everything would seem to lie before the beginning.
            return empty("No data: \(UnknownReason.notAfterLast.words)")
        }
        if range.end <= created {
            return empty("No data: this was not measured before \(clock(created))")
        }
        if range.start >= state.facts.now {
            return empty("No data yet: this range lies in the future")
        }
        // What happens now explains only a range that reaches to now.
        let recent = state.facts.now.advanced(seconds: -2 * state.profile.step.seconds)
        let present =
            range.end >= recent
            ? presentNote(state, audience, showsNothing: showsNothing, clock: clock) : nil
        if let present, present.isEmpty { return present }
        return present ?? coarseNote(on: range, state, showsNothing: showsNothing, clock: clock)
    }

    private static func presentNote(
        _ state: Circumstances, _ audience: Audience, showsNothing: Bool,
        clock: @escaping (Timestamp) -> String
    ) -> GraphNote? {
        let facts = state.facts
        let chain = Explanation(
            kind: .dataSource, id: facts.source.id.rawValue, title: "",
            links: SourceExplanation(facts, clock: clock).links)
        guard let broken = chain.broken, broken.outcome != .warning else { return nil }
        let isNew = facts.source.createdAt >= facts.startedAt
        let hasNothing = showsNothing || (isNew && facts.status?.lastKnown == nil)
        // After a restart of the poller nothing is missing before its first poll.
        if !showsNothing, broken.reason == ExplainLink.notPolledYet, !isNew { return nil }
        if audience == .strangers, !isForStrangers(broken.stage, broken.reason) { return nil }
        return GraphNote(
            text: "\(lead(broken, hasNothing: hasNothing)): \(broken.words)", isEmpty: hasNothing,
            fix: audience == .people ? broken.fix.map(short) : nil, stage: broken.stage,
            reason: broken.reason)
    }

    private static func lead(_ link: ExplainLink, hasNothing: Bool) -> String {
        guard !hasNothing else { return link.outcome == .waiting ? "No data yet" : "No data" }
        let isOfSample: [ExplainStage] = [.present, .identified, .converted, .bounded, .journaled]
        return isOfSample.contains(link.stage) ? "The newest sample is not known" : "No data"
    }

    /// What names neither users, addresses nor files.
    private static func isForStrangers(_ stage: ExplainStage, _ reason: String?) -> Bool {
        switch stage {
        case .enabled, .present, .identified, .converted, .bounded: true
        case .scheduled: reason != ExplainLink.pollerStalled
        case .answered: reason != StrayAnswer.codeOfOtherPlace
        case .defined, .resolved, .sent, .authenticated, .journaled, .written, .inRange, .drawn:
            false
        }
    }

    /// What was interrupted, without its reason where strangers are not told that.
    package static func told(_ interruption: Interruption, to audience: Audience) -> Interruption {
        let code = interruption.code
        let isTold =
            audience == .people
            || ExplainStage(reason: code).map { isForStrangers($0, code) } ?? false
        guard !isTold else { return interruption }
        var told = interruption
        told.reason = .withheld
        return told
    }

    /// A text cut at a blank where it is too long for a picture.
    static func short(_ fix: String) -> String {
        guard fix.unicodeScalars.count > longestFix else { return fix }
        let room = String(String.UnicodeScalarView(fix.unicodeScalars.prefix(longestFix - 2)))
        let cut = room.lastIndex(of: " ").map { String(room[..<$0]) } ?? room
        return cut + " …"
    }

    /// A range so long that its rows are longer than the data source is old has no complete row.
    private static func coarseNote(
        on range: TimeRange, _ state: Circumstances, showsNothing: Bool,
        clock: (Timestamp) -> String
    ) -> GraphNote? {
        guard
            let archive = state.profile.archiveOfAverages(
                reachingBackTo: range.start, now: state.facts.now)
        else { return nil }
        let seconds = Int64(archive.stepsPerRow) * state.profile.step.seconds
        let created = state.facts.source.createdAt.seconds
        var first = created.flooredDivision(by: seconds) * seconds + seconds
        // A row of which too much lies before the beginning stays unknown.
        if Double(first - created) < Double(seconds) * (1 - archive.unknownShare) {
            first += seconds
        }
        // The sample that ends a row comes up to a step behind it, and it takes two for a rate.
        let steps: Int64 = showsNothing ? 2 : 1
        let complete = Timestamp(seconds: first + steps * state.profile.step.seconds)
        guard complete > state.facts.now else { return nil }
        return GraphNote(
            text: "No data yet: a point of this range covers \(DurationText.words(seconds)), and "
                + "the first is complete at \(clock(complete))", isEmpty: true, isWaiting: true)
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
