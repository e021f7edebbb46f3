package import PollerModel

/// The answers of one poll, by data source.
package struct PollAnswers: Sendable {
    let response: SNMPGetResponse
    let finishedAt: Moment
    /// Where the time went; nil where nothing was asked.
    let budget: PollBudget?
    private let positions: [DataSourceID: Int]
    private let probes: [RowProbe]

    /// - Parameters:
    ///   - positions: where in the response each asked data source stands.
    ///   - probes: what the last group asked for, unless there were none.
    package init(
        response: SNMPGetResponse, positions: [(DataSourceID, Int)], probes: [RowProbe] = [],
        budget: PollBudget? = nil, finishedAt: Moment
    ) {
        self.budget = budget
        self.response = response
        self.probes = probes
        self.finishedAt = finishedAt
        self.positions = Dictionary(positions, uniquingKeysWith: { first, _ in first })
    }

    /// The group that was asked first.
    var lead: Result<SNMPGroupAnswer, SNMPFailure> { response.groups[0] }

    /// The first that was answered.
    private var first: SNMPGroupAnswer? { response.groups.lazy.compactMap(\.success).first }

    /// Why nothing at all was answered; nil when something was.
    var failure: SNMPFailure? {
        guard first != nil else { return lead.failure }
        return showsNothing ? .viewEmpty : nil
    }

    /// Whether the agent has not one of the objects asked for, sysUpTime.0 included, and stumbled
    /// over none: whoever asks may see nothing.
    private var showsNothing: Bool {
        response.groups.allSatisfy { group in
            guard let group = group.success, group.companion?.isPresent != true else {
                return false
            }
            return group.values.allSatisfy { $0.success?.isPresent == false }
        }
    }

    /// Why SNMP did not give what counts for `method`; nil when it did. With `sysDescr` that
    /// object is the last of the lead.
    func failure(for method: AvailabilityMethod) -> SNMPFailure? {
        guard method == .sysDescr, failure == nil else { return failure }
        switch lead {
        case .failure(let failure): return failure
        case .success(let group):
            switch group.values.last {
            case .failure(let failure)?: return failure
            case .success(let value)? where value.isPresent: return nil
            default: return .objectAbsent(object: WellKnownObject.sysDescr)
            }
        }
    }

    /// Data sources and tables of rows that are not the ones they were.
    var contradictions: [(source: DataSourceID, table: String)] {
        guard !probes.isEmpty, let group = response.groups.last?.success else { return [] }
        return zip(probes, group.values).compactMap { probe, value in
            value.success.map(probe.speaksAgainst) == true ? (probe.source, probe.table) : nil
        }
    }

    /// sysUpTime of the first answer, in hundredths of a second.
    var uptimeTicks: UInt32? {
        response.groups.lazy.compactMap { $0.success.flatMap(Self.ticks) }.first
    }

    /// sysUpTime of each answer in hundredths of a second, where it came along, and when it was
    /// received; in the order of arrival.
    var clocks: [(ticks: UInt32?, at: Timestamp)] {
        response.groups.compactMap(\.success)
            .sorted { $0.receivedAt.monotonic < $1.receivedAt.monotonic }
            .map { (Self.ticks($0), $0.receivedAt.wall) }
    }

    /// The answer to what was asked for `source`; for a measurement of the poller's own, the
    /// first.
    private func answer(to source: PlannedSource) -> Result<SNMPGroupAnswer, SNMPFailure> {
        if let position = positions[source.dataSource] { return response.groups[position] }
        return first.map { .success($0) } ?? lead
    }

    /// Whether the poller stopped before it had asked for `source`.
    func isStopped(_ source: PlannedSource) -> Bool { answer(to: source).failure == .stopped }

    /// The sample of a source whose answer, if there is one, is not its own for `reason`.
    func sample(
        of source: PlannedSource, lostFor reason: UnknownReason
    ) -> (time: Timestamp, items: [DecodedSample]) {
        let answer = answer(to: source)
        let lost = SampleDecoder.lost(answer.failure.map { .noAnswer($0) } ?? reason)
        let time = answer.success?.receivedAt ?? finishedAt
        return (time.wall, source.items.map { _ in lost })
    }

    private static func ticks(_ answer: SNMPGroupAnswer) -> UInt32? {
        if case .timeTicks(let ticks)? = answer.companion { ticks } else { nil }
    }

    /// The items of one data source, decoded, and when they were true.
    func sample(
        of source: PlannedSource, memory: DeviceMemory.Source
    ) -> (time: Timestamp, items: [DecodedSample]) {
        switch answer(to: source) {
        case .failure(let failure):
            let lost = SampleDecoder.lost(.noAnswer(failure))
            return (finishedAt.wall, source.items.map { _ in lost })
        case .success(let group):
            let began = discontinuity(of: source)
            let beganAnew = began != nil && memory.beganAt != nil && began != memory.beganAt
            let items = source.items.indices.map { position in
                SampleDecoder.sample(
                    of: source.items[position], memory: memory.counters[position],
                    beganAnew: beganAnew, measured: { measured($0, group: group) },
                    reading: { reading($0, of: source, group) })
            }
            return (group.receivedAt.wall, items)
        }
    }

    /// When the counters of a source's row began anew, in hundredths of a second of sysUpTime;
    /// nil where the agent does not say.
    func discontinuity(of source: PlannedSource) -> UInt32? {
        guard let position = source.discontinuity, let group = answer(to: source).success,
            case .timeTicks(let ticks)? = group.values[position].success
        else { return nil }
        return ticks
    }

    private func reading(
        _ position: Int, of source: PlannedSource, _ group: SNMPGroupAnswer
    ) -> Result<SampleDecoder.Reading, UnknownReason> {
        switch group.values[position] {
        case .failure(let failure): .failure(.noAnswer(failure))
        case .success(let value):
            .success(
                SampleDecoder.Reading(
                    value: value, object: source.objects[position], receivedAt: group.receivedAt,
                    uptimeTicks: Self.ticks(group) ?? uptimeTicks))
        }
    }

    private func measured(
        _ measurement: DataTemplate.Measurement, group: SNMPGroupAnswer
    ) -> DecodedSample {
        switch measurement {
        case .pollMilliseconds:
            return SampleDecoder.measured(Double(response.effort.microseconds) / 1_000)
        case .uptimeSeconds:
            guard let ticks = Self.ticks(group) ?? uptimeTicks else {
                return SampleDecoder.lost(
                    .absent(object: WellKnownObject.sysUpTime, exception: "not answered"))
            }
            return SampleDecoder.measured(Double(ticks) / 100)
        }
    }
}
