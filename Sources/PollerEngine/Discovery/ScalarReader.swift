import PollerModel

/// Finds out which of the values a device has once it has.
struct ScalarReader {
    let transport: any SNMPTransport
    let target: SNMPTarget

    /// By name of the data template: with which width it has values.
    ///
    /// - Throws: when the device falls silent.
    func widths(of templates: [DataTemplate]) async throws(SNMPFailure) -> [String: CounterWidth] {
        var widths: [String: CounterWidth] = [:]
        var open = templates
        for width in [CounterWidth.wide, .narrow] {
            let answers = try await answers(to: open, width)
            for template in open where isThere(template, width, answers) {
                widths[template.name] = width
            }
            open.removeAll { widths[$0.name] != nil || !$0.items.contains(where: \.hasNarrow) }
        }
        return widths
    }

    /// The objects of all templates, each template's together.
    private func answers(
        to templates: [DataTemplate], _ width: CounterWidth
    ) async throws(SNMPFailure) -> [OID: SNMPValue] {
        let groups = templates.map { template in
            Set(template.items.flatMap { Self.objects(of: $0, width) }).sorted()
        }.filter { !$0.isEmpty }
        var values: [OID: SNMPValue] = [:]
        // An error may be of one message only, so what it concerns is asked for once more.
        let failed = try await ask(groups, &values)
        _ = try await ask(failed, &values)
        return values
    }

    /// Those of the groups that were not answered, because of an error of the agent's.
    private func ask(
        _ groups: [[OID]], _ values: inout [OID: SNMPValue]
    ) async throws(SNMPFailure) -> [[OID]] {
        guard !groups.isEmpty else { return [] }
        let response = await transport.get(SNMPGetRequest(target: target, groups: groups))
        var failed: [[OID]] = []
        for (objects, group) in zip(groups, response.groups) {
            switch group {
            case .failure(let failure):
                if failure.concernsWholeAgent || failure == .stopped { throw failure }
                failed.append(objects)
            case .success(let answer):
                for (object, value) in zip(objects, answer.values) {
                    if case .success(let value) = value { values[object] = value }
                }
            }
        }
        return failed
    }

    /// What has to answer for an item; a measurement of the agent's clock needs that.
    private static func objects(of item: DataTemplate.Item, _ width: CounterWidth) -> [OID] {
        if case .measurement(.uptimeSeconds) = item.origin { return [WellKnownObject.sysUpTime] }
        return item.objects(width)
    }

    /// A template is there with all that it must have, and something.
    private func isThere(
        _ template: DataTemplate, _ width: CounterWidth, _ values: [OID: SNMPValue]
    ) -> Bool {
        let present = template.items.filter {
            FirstValue.exists(of: $0, row: nil, width: width, values: values)
        }
        let missing = template.items.count { !$0.isOptional } - present.count { !$0.isOptional }
        return missing == 0 && !present.isEmpty
    }
}

/// Judges by one answer whether an item has values.
enum FirstValue {
    /// - Parameter values: what was answered, by instance.
    static func exists(
        of item: DataTemplate.Item, row: (index: [UInt32], fields: RowFields)?,
        width: CounterWidth, values: [OID: SNMPValue]
    ) -> Bool {
        var planner = ItemPlanner(row: row, width: width)
        let planned = planner.plan(item)
        let readings = planner.objects.map { object in
            SampleDecoder.Reading(
                value: values[object] ?? .noSuchInstance, object: object,
                receivedAt: Moment(
                    wall: Timestamp(seconds: 0), monotonic: MonotonicTime(milliseconds: 0)),
                uptimeTicks: nil)
        }
        let sample = SampleDecoder.sample(
            of: planned, memory: nil, measured: { measured($0, values) },
            reading: { .success(readings[$0]) })
        return sample.storage != .unknown
    }

    private static func measured(
        _ measurement: DataTemplate.Measurement, _ values: [OID: SNMPValue]
    ) -> DecodedSample {
        switch measurement {
        case .pollMilliseconds: return SampleDecoder.measured(0)
        case .uptimeSeconds:
            let object = WellKnownObject.sysUpTime
            guard values[object]?.isPresent == true else {
                return SampleDecoder.lost(.absent(object: object, exception: "not answered"))
            }
            return SampleDecoder.measured(0)
        }
    }
}
