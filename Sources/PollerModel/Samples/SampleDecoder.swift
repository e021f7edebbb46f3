/// What is remembered of a counter for the next sample.
package struct CounterMemory: Hashable, Sendable {
    package let raw: UInt64
    package let receivedAt: Timestamp
    /// nil when the sample was read back from a file after a restart of the poller.
    package let monotonic: MonotonicTime?
    /// sysUpTime of the same message in hundredths of a second.
    package let uptimeTicks: UInt32?
    /// Samples in a row that were refused because they were above the limit.
    package let aboveLimit: Int

    package init(
        raw: UInt64, receivedAt: Timestamp, monotonic: MonotonicTime?, uptimeTicks: UInt32?,
        aboveLimit: Int = 0
    ) {
        self.raw = raw
        self.receivedAt = receivedAt
        self.monotonic = monotonic
        self.uptimeTicks = uptimeTicks
        self.aboveLimit = aboveLimit
    }
}

/// One value of one sample: what to store, what to show, what to remember.
package struct DecodedSample: Hashable, Sendable {
    package enum Storage: Hashable, Sendable {
        /// Nothing is known now.
        case unknown
        case value(RoundRobinValue)
        /// The number is good from now on, but the interval up to it is not: an unknown goes
        /// in front of it.
        case restart(RoundRobinValue)
    }

    package let storage: Storage
    /// The gauge's value or the counter's rate a second.
    package let shown: Result<Double, UnknownReason>
    /// The counter as the agent counts it.
    package let raw: UInt64?
    package let memory: CounterMemory?
}

extension DecodedSample {
    /// The same for a file whose newest row does not lead up to it.
    fileprivate var withoutPast: DecodedSample {
        guard case .value(.counter(let number)) = storage else { return self }
        return DecodedSample(
            storage: .restart(.counter(number)), shown: shown, raw: raw, memory: memory)
    }
}

/// Turns what an agent answered into numbers, or into the reason why there is none.
///
/// Counters are stored raw; librrd forms the rates. This decides only what librrd cannot know:
/// that a counter was reset rather than wrapped, that the clock was set, that a rate is
/// impossible (RFC 2863 §3.1.6, ifCounterDiscontinuityTime; RFC 2578 §7.1.6).
package enum SampleDecoder {
    /// Differences of the two clocks up to this are not a set clock but their reading.
    static let clockToleranceMilliseconds: Int64 = 1_000
    /// Counting of octets and of time are never exactly in step: so much above is still right.
    static let limitTolerance = 1.05
    /// After so many samples above the limit in a row, without any sign of a reset, it is the
    /// speed that is wrong: many virtual interfaces report 10 Mbit/s and carry gigabits.
    static let samplesToDistrustLimit = 2
    /// So long after its start, in hundredths of a second, a counter that stands at 0 may not have
    /// been read yet by its agent.
    static let startingTicks: UInt32 = 3_000
    /// Without a known speed, a 32-bit counter is believed to have wrapped only when it was in
    /// the upper half of its range.
    static let wrapThreshold: UInt64 = 1 << 31

    package struct Reading: Sendable {
        package let value: SNMPValue
        package let object: OID
        package let receivedAt: Moment
        package let uptimeTicks: UInt32?

        package init(value: SNMPValue, object: OID, receivedAt: Moment, uptimeTicks: UInt32?) {
            self.value = value
            self.object = object
            self.receivedAt = receivedAt
            self.uptimeTicks = uptimeTicks
        }
    }

    /// One item of a data source, from the answers to its objects.
    ///
    /// - Parameters:
    ///   - measured: what the poller itself measured.
    ///   - reading: the answer to the object at that position, or why there is none.
    ///   - beganAnew: whether the row's counters began anew since the sample before.
    package static func sample(
        of item: PlannedItem, memory: CounterMemory?, beganAnew: Bool = false,
        measured: (DataTemplate.Measurement) -> DecodedSample,
        reading: (Int) -> Result<Reading, UnknownReason>
    ) -> DecodedSample {
        switch item.origin {
        case .measurement(let measurement): return measured(measurement)
        case .fieldMissing(let field): return lost(.scaleMissing(field: field))
        case .object(let position):
            switch (reading(position), item.kind) {
            case (.failure(let reason), _): return lost(reason)
            case (.success(let reading), .gauge): return gauge(reading, item: item)
            case (.success(let reading), .counter):
                return counter(reading, item: item, memory: memory, beganAnew: beganAnew)
            }
        case .computed(let positions, let value):
            var readings: [String: Reading] = [:]
            for (name, position) in positions.sorted(by: { $0.key < $1.key }) {
                switch reading(position) {
                case .failure(let reason): return lost(reason)
                case .success(let reading): readings[name] = reading
                }
            }
            return computed(value, of: readings, item: item)
        }
    }

    /// A gauge: scaled, finite, within its bounds, or unknown with the reason.
    package static func gauge(_ reading: Reading, item: PlannedItem) -> DecodedSample {
        do {
            let number = try item.gauge.number(of: reading.value, from: reading.object)
            return measured(try scaled(number, item, from: reading.object))
        } catch {
            return lost(error)
        }
    }

    /// A gauge that is computed from several objects. `readings` are by the names in `value`; one
    /// that has no number is unknown to it.
    package static func computed(
        _ value: Expression, of readings: [String: Reading], item: PlannedItem
    ) -> DecodedSample {
        do {
            return measured(try computedNumber(value, of: readings, item: item))
        } catch {
            return lost(error)
        }
    }

    private static func computedNumber(
        _ value: Expression, of readings: [String: Reading], item: PlannedItem
    ) throws(UnknownReason) -> Double {
        var numbers: [String: Double] = [:]
        var reason: UnknownReason?
        for (name, reading) in readings.sorted(by: { $0.key < $1.key }) {
            do {
                numbers[name] = try item.gauge.number(of: reading.value, from: reading.object)
            } catch {
                reason = reason ?? error
            }
        }
        let number = value.value { numbers[$0] }
        let object = readings.min { $0.key < $1.key }?.value.object ?? OID([0, 0])
        guard !number.isNaN else { throw reason ?? .notComputable(object: object) }
        return try scaled(number, item, from: object)
    }

    private static func scaled(
        _ number: Double, _ item: PlannedItem, from object: OID
    ) throws(UnknownReason) -> Double {
        guard let scale = item.scale else {
            throw .scaleMissing(field: item.gauge.scaleField ?? "scale")
        }
        return try item.gauge.bounded(number * scale, from: object)
    }

    /// A counter: its rate since `memory`, or the reason why this interval has none.
    package static func counter(
        _ reading: Reading, item: PlannedItem, memory: CounterMemory?, beganAnew: Bool = false
    ) -> DecodedSample {
        let raw: UInt64
        let width: UInt64
        switch reading.value {
        case .counter64(let value): (raw, width) = (value, 0)
        case .counter32(let value), .gauge32(let value), .timeTicks(let value):
            (raw, width) = (UInt64(value), 1 << 32)
        case .integer(let value) where value >= 0: (raw, width) = (UInt64(value), 1 << 32)
        default:
            return lost(
                item.needsVersion2 && !reading.value.isPresent
                    ? .needsVersion2(object: reading.object) : refusal(of: reading))
        }
        var aboveLimit = 0
        let outcome: Result<Double, UnknownReason>
        do {
            outcome = .success(
                try rate(
                    raw, width: width, reading: reading, item: item, memory: memory,
                    beganAnew: beganAnew))
        } catch {
            outcome = .failure(error)
            if case .rateAboveLimit = error { aboveLimit = (memory?.aboveLimit ?? 0) + 1 }
        }
        if case .success(let rate) = outcome, let limit = item.limitPerSecond,
            rate > limit * limitTolerance
        {
            aboveLimit = samplesToDistrustLimit
        }
        let stored = RoundRobinValue.counter(raw)
        let storage: DecodedSample.Storage =
            switch outcome {
            case .success, .failure(.firstSample): .value(stored)
            case .failure: .restart(stored)
            }
        return DecodedSample(
            storage: storage, shown: outcome, raw: raw,
            memory: CounterMemory(
                raw: raw, receivedAt: reading.receivedAt.wall,
                monotonic: reading.receivedAt.monotonic, uptimeTicks: reading.uptimeTicks,
                aboveLimit: aboveLimit))
    }

    private static func rate(
        _ raw: UInt64, width: UInt64, reading: Reading, item: PlannedItem, memory: CounterMemory?,
        beganAnew: Bool
    ) throws(UnknownReason) -> Double {
        guard let memory else { throw .firstSample }
        guard !beganAnew else { throw .discontinuity }
        let wallMilliseconds = reading.receivedAt.wall.milliseconds - memory.receivedAt.milliseconds
        if let monotonic = memory.monotonic {
            let elapsed = reading.receivedAt.monotonic.milliseconds - monotonic.milliseconds
            guard abs(wallMilliseconds - elapsed) <= clockToleranceMilliseconds else {
                throw .clockSet(seconds: Double(wallMilliseconds - elapsed) / 1_000)
            }
        }
        guard wallMilliseconds > 0 else { throw .notAfterLast }
        let seconds = Double(wallMilliseconds) / 1_000
        if hasRestarted(
            now: reading.uptimeTicks, before: memory.uptimeTicks, elapsedSeconds: seconds)
        {
            throw .agentRestarted
        }
        // net-snmp answers 0 for some seconds, and then what the kernel counted for days.
        guard memory.raw > 0 || raw == 0 || (memory.uptimeTicks ?? .max) >= startingTicks else {
            throw .agentStarting
        }
        let limit = item.limitPerSecond.map { $0 * limitTolerance }
        if raw < memory.raw {
            guard width > 0, memory.raw < width else {
                throw .counterReset(from: memory.raw, to: raw)
            }
            let rate = Double(width - memory.raw + raw) / seconds
            if let limit {
                // A full turn and more would fit between the samples at this speed.
                guard limit * seconds < Double(width) else {
                    throw .wrapAmbiguous(seconds: seconds)
                }
                guard rate <= limit else { throw .counterReset(from: memory.raw, to: raw) }
            } else {
                guard memory.raw >= wrapThreshold else {
                    throw .counterReset(from: memory.raw, to: raw)
                }
            }
            return rate
        }
        let rate = Double(raw - memory.raw) / seconds
        if let limit, rate > limit, memory.aboveLimit < samplesToDistrustLimit {
            throw .rateAboveLimit(rate: rate, limit: item.limitPerSecond ?? limit)
        }
        return rate
    }

    /// Whether the agent started again since the sample before: its uptime ran backwards, or is
    /// shorter than the time since. A TimeTicks that wraps after 497 days is not a restart.
    package static func hasRestarted(
        now: UInt32?, before: UInt32?, elapsedSeconds: Double
    ) -> Bool {
        guard let now else { return false }
        // What an agent may need for its answer, and its clock may drift.
        let slackSeconds = 2.0
        if let before {
            let expected = Double(before) + (elapsedSeconds + slackSeconds) * 100
            if expected > Double(UInt32.max) { return false }
            if now < before { return true }
        }
        return Double(now) / 100 + slackSeconds < elapsedSeconds
    }

    /// A number the poller measured itself.
    package static func measured(_ number: Double) -> DecodedSample {
        DecodedSample(
            storage: .value(.gauge(number)), shown: .success(number), raw: nil, memory: nil)
    }

    /// A value that is not there, for whatever reason.
    package static func lost(_ reason: UnknownReason) -> DecodedSample {
        DecodedSample(storage: .unknown, shown: .failure(reason), raw: nil, memory: nil)
    }

    private static func refusal(of reading: Reading) -> UnknownReason {
        reading.value.isPresent
            ? .wrongType(object: reading.object, got: reading.value.typeName)
            : .absent(object: reading.object, exception: reading.value.typeName)
    }

    /// The rows a sample becomes in its file.
    ///
    /// Where every counter starts anew, an unknown row one second before the sample costs
    /// exactly the one interval. Where only some do, that row would also cost the others their
    /// interval; so those write an unknown in place of their number, and lose one more.
    /// - Parameter last: the time of the newest row in the file. Rows go behind it or nowhere:
    ///   librrd refuses a time that is not later.
    /// - Parameter isBroken: samples were left out since that row because the clock was behind
    ///   it. The counters then counted longer than the times of the rows tell.
    package static func rows(
        _ samples: [DecodedSample], at time: Timestamp, after last: Timestamp?,
        isBroken: Bool = false
    ) -> [RoundRobinRow] {
        if let last, time <= last { return [] }
        let samples = isBroken ? samples.map(\.withoutPast) : samples
        let restarts = samples.filter { if case .restart = $0.storage { true } else { false } }
        let isCommon = restarts.count == samples.count && !samples.isEmpty
        let values = samples.map { sample -> RoundRobinValue in
            switch sample.storage {
            case .unknown: .unknown
            case .value(let value): value
            case .restart(let value): isCommon ? value : .unknown
            }
        }
        let row = RoundRobinRow(time: time, values: values)
        let earliest = last.map { $0.advanced(milliseconds: 1) }
        let gapTime = max(time.advanced(seconds: -1), earliest ?? time.advanced(seconds: -1))
        guard isCommon, gapTime < time else { return [row] }
        return [RoundRobinRow(time: gapTime, values: values.map { _ in .unknown }), row]
    }
}
