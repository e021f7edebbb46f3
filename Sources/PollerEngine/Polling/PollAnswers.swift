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

    /// sysUpTime of the first answer, in hundredths of a second.
    var uptimeTicks: UInt32? { lead.success.flatMap(Self.ticks) }

    private static func ticks(_ answer: SNMPGroupAnswer) -> UInt32? {
        if case .timeTicks(let ticks)? = answer.companion { ticks } else { nil }
    }

    /// The items of one data source, decoded, and when they were true.
    func sample(
        of source: PlannedSource, memory: DeviceMemory.Source
    ) -> (time: Timestamp, items: [DecodedSample]) {
        let answer = positions[source.dataSource].map { response.groups[$0] } ?? lead
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
                uptimeTicks: Self.ticks(group))
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
            return SampleDecoder.measured(Double(response.effort.milliseconds))
        case .uptimeSeconds:
            guard let ticks = Self.ticks(group) else {
                return SampleDecoder.lost(
                    .absent(object: WellKnownObject.sysUpTime, exception: "not answered"))
            }
            return SampleDecoder.measured(Double(ticks) / 100)
        }
    }
}
