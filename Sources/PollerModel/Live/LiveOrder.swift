/// Which data sources of a device are read how often, for somebody who looks on.
package struct LiveOrder: Sendable, Hashable {
    /// A person cannot follow more lines, and an agent is asked for all of them each time.
    package static let largestSourceCount = 8
    /// In seconds, between two readings.
    package static let intervals: ClosedRange<Int> = 1...5
    package static let defaultInterval = 2
    package static let longestSeconds: Int64 = 900

    package let device: DeviceID
    package let sources: [DataSourceID]
    package let intervalSeconds: Int

    /// - Parameter definition: of the device as it is now.
    /// - Throws: what of it cannot be, as `.invalid` or `.notFound`.
    package init(
        _ sources: [DataSourceID], of definition: DeviceDefinition,
        intervalSeconds: Int = defaultInterval
    ) throws(OperationFailure) {
        guard Self.intervals.contains(intervalSeconds) else {
            throw .invalid(
                words: "the interval is \(Self.intervals.lowerBound) to "
                    + "\(Self.intervals.upperBound) seconds, not \(intervalSeconds)",
                fix: "choose one of them")
        }
        guard (1...Self.largestSourceCount).contains(sources.count),
            Set(sources).count == sources.count
        else {
            throw .invalid(
                words: "1 to \(Self.largestSourceCount) different data sources are read live, "
                    + "not \(sources.count)",
                fix: "choose fewer, or at least one")
        }
        if let unknown = sources.first(where: { definition.dataSource($0) == nil }) {
            throw .notFound(
                words: "the device \(definition.device.name) has no data source \(unknown)",
                fix: "choose again: it may have been removed")
        }
        guard definition.device.isEnabled else {
            throw .invalid(
                words: "the device \(definition.device.name) is disabled, so it is not asked",
                fix: "enable it first")
        }
        device = definition.device.id
        self.sources = sources
        self.intervalSeconds = intervalSeconds
    }
}

/// What was read at one moment.
package struct LiveReading: Sendable, Hashable, Codable {
    package let atMilliseconds: Int64
    /// In the order in which they were asked for.
    package let sources: [Source]

    package struct Source: Sendable, Hashable, Codable {
        package let id: DataSourceID
        package let values: [Value]

        package init(id: DataSourceID, values: [Value]) {
            self.id = id
            self.values = values
        }
    }

    package struct Value: Sendable, Hashable, Codable {
        package let name: String
        /// A gauge, or a counter's rate a second; null where it is not known.
        @ExplicitNull package var value: Double?
        /// Why it is not known, and the stable name of that.
        @ExplicitNull package var reason: String?
        @ExplicitNull package var code: String?

        package init(_ name: String, _ shown: Result<Double, UnknownReason>) {
            self.name = name
            switch shown {
            case .success(let number):
                _value = ExplicitNull(wrappedValue: number)
                _reason = ExplicitNull(wrappedValue: nil)
                _code = ExplicitNull(wrappedValue: nil)
            case .failure(let reason):
                _value = ExplicitNull(wrappedValue: nil)
                _reason = ExplicitNull(wrappedValue: reason.words)
                _code = ExplicitNull(wrappedValue: reason.code)
            }
        }
    }

    package init(at time: Timestamp, sources: [Source]) {
        atMilliseconds = time.milliseconds
        self.sources = sources
    }
}

/// Why reading live ended.
package enum LiveEnd: Sendable, Hashable {
    case timeIsOver
    /// Nobody looks on any more, or the daemon stops.
    case left
    /// The device was removed or disabled.
    case deviceGone
    /// It did not answer several times in a row.
    case silent(SNMPFailure)

    /// Stable name, for scripts.
    package var code: String {
        switch self {
        case .timeIsOver: "time_is_over"
        case .left: "left"
        case .deviceGone: "device_gone"
        case .silent: "device_silent"
        }
    }

    package var words: String {
        switch self {
        case .timeIsOver:
            "The live view ends after \(LiveOrder.longestSeconds / 60) minutes. Start it again to "
                + "go on."
        case .left: "The live view has ended."
        case .deviceGone: "The device was removed or disabled."
        case .silent(let failure): "The device does not answer any more: \(failure.words)."
        }
    }
}

/// Reads a device for somebody who looks on. Nothing of it is kept.
package protocol LiveOperations: Sendable {
    /// Reads until the time is over or nobody looks on.
    ///
    /// - Parameter report: hears each reading; false when nobody looks on any more.
    func watch(
        _ order: LiveOrder, report: @escaping @Sendable (LiveReading) async -> Bool
    ) async -> LiveEnd
}
