import PollerModel

/// The answers of one poll, by data source.
struct PollAnswers {
    let response: SNMPGetResponse
    let finishedAt: Moment
    private let positions: [DataSourceID: Int]

    /// - Parameter positions: where in the response each asked data source stands.
    init(
        response: SNMPGetResponse, positions: [(DataSourceID, Int)], finishedAt: Moment
    ) {
        self.response = response
        self.finishedAt = finishedAt
        self.positions = Dictionary(positions, uniquingKeysWith: { first, _ in first })
    }

    /// The group that was asked first.
    var lead: Result<SNMPGroupAnswer, SNMPFailure> { response.groups[0] }

    /// The first that was answered.
    private var first: SNMPGroupAnswer? { response.groups.lazy.compactMap(\.success).first }

    /// Why nothing at all was answered; nil when something was.
    var failure: SNMPFailure? { first == nil ? lead.failure : nil }

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
        let answer = answer(to: source)
        let receivedAt = answer.success?.receivedAt ?? finishedAt
        let items = source.items.indices.map { position -> DecodedSample in
            let item = source.items[position]
            switch (item.origin, answer) {
            case (_, .failure(let failure)): return SampleDecoder.lost(.noAnswer(failure))
            case (.measurement(let measurement), .success(let group)):
                return measured(measurement, group: group)
            case (.object(let index), .success(let group)):
                return decode(
                    item, object: source.objects[index], group.values[index], group,
                    memory: memory.counters[position])
            }
        }
        return (receivedAt.wall, items)
    }

    private func decode(
        _ item: PlannedItem, object: OID, _ value: Result<SNMPValue, SNMPFailure>,
        _ group: SNMPGroupAnswer, memory: CounterMemory?
    ) -> DecodedSample {
        switch value {
        case .failure(let failure): return SampleDecoder.lost(.noAnswer(failure))
        case .success(let value):
            let reading = SampleDecoder.Reading(
                value: value, object: object, receivedAt: group.receivedAt,
                uptimeTicks: Self.ticks(group) ?? uptimeTicks)
            switch item.kind {
            case .counter: return SampleDecoder.counter(reading, item: item, memory: memory)
            case .gauge: return SampleDecoder.gauge(reading, item: item)
            }
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
