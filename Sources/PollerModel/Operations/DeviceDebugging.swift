/// Devices whose polls are written to the log in full, each until its time is over.
package struct DeviceDebugging: Sendable, Hashable {
    /// Each of them fills the log.
    package static let mostDevices = 10
    package static let secondsRange: ClosedRange<Int64> = 10...3_600
    package static let defaultSeconds: Int64 = 600
    /// Lines about the answers of one poll, and about its values.
    package static let mostAnswers = 100
    package static let mostValues = 200

    private var ends: [DeviceID: MonotonicTime] = [:]

    package init() {}

    package var isEmpty: Bool { ends.isEmpty }
    /// In the order of their ids.
    package var devices: [DeviceID] { ends.keys.sorted() }

    /// Begins, or begins anew; false where enough devices are debugged already.
    package mutating func begin(_ device: DeviceID, until end: MonotonicTime) -> Bool {
        guard ends[device] != nil || ends.count < Self.mostDevices else { return false }
        ends[device] = end
        return true
    }

    /// Whether there was something to end.
    package mutating func end(_ device: DeviceID) -> Bool {
        ends.removeValue(forKey: device) != nil
    }

    package func isOn(_ device: DeviceID, at now: MonotonicTime) -> Bool {
        ends[device].map { now < $0 } ?? false
    }

    /// Takes out those whose time is over.
    package mutating func takeEnded(at now: MonotonicTime) -> [DeviceID] {
        let over = ends.filter { $0.value <= now }.keys.sorted()
        for device in over { ends[device] = nil }
        return over
    }
}

/// How long a device is to be debugged, as it is ordered.
package struct DeviceDebugOrder: Sendable, Hashable, Codable {
    /// null: as long as `DeviceDebugging.defaultSeconds`; 0 ends it.
    package var seconds: Int64?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case seconds
    }

    package init(seconds: Int64?) { self.seconds = seconds }
}

/// What came of that.
package struct DeviceDebugReport: Sendable, Hashable, Codable {
    package let device: DeviceID
    package let name: String
    /// When it ends by itself; null: it is off.
    @ExplicitNull package var until: String?

    package init(device: DeviceID, name: String, until: Timestamp?) {
        self.device = device
        self.name = name
        _until = ExplicitNull(wrappedValue: until?.rfc3339)
    }
}
