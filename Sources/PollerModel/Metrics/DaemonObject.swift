/// What the daemon answers when it asks itself: its own numbers as objects, so that they take the
/// way of all others, from the plan to the picture.
///
/// They lie below a number that is reserved for examples (RFC 5612), because they never leave the
/// process. Data templates name them by their numbers, so a number keeps its meaning for ever.
package enum DaemonObject: UInt32, Sendable, CaseIterable {
    case pollMicroseconds = 1
    case polls = 2
    case lateMicroseconds = 3
    case begun = 4
    case longestPoll = 5
    case latestPoll = 6
    case missedSlots = 7
    case pollsUnderWay = 8

    case requests = 20
    case responses = 21
    case timeouts = 22
    case retries = 23
    case unmatched = 24
    case kernelDrops = 25
    case bytesSent = 26
    case bytesReceived = 27
    case inFlight = 28
    case queued = 29

    case rowsAccepted = 40
    case rowsWritten = 41
    case fileUpdates = 42
    case rowsWaiting = 43
    case rowBytesWaiting = 44
    case journalBytes = 45
    case journalFailures = 46
    case filesInTrouble = 47

    case pictureHits = 60
    case pictureMisses = 61
    case picturesDrawn = 62
    case pictureEvictions = 63
    case pictureBytes = 64
    case pictureQueue = 65
    case dataQueue = 66

    case responses2xx = 80
    case responses3xx = 81
    case responses4xx = 82
    case responses5xx = 83

    case devicesUp = 100
    case devicesDown = 101
    case devicesRecovering = 102
    case devicesUnknown = 103
    case devicesDisabled = 104

    case residentBytes = 120
    case cpuMilliseconds = 121
    case openFiles = 122
    case threads = 123

    /// sysObjectID of the daemon.
    package static let root = OID([1, 3, 6, 1, 4, 1, 32473, 1])

    package var oid: OID { Self.root.appending([rawValue, 0]) }

    /// The object of an instance; nil for every other.
    package init?(_ oid: OID) {
        let depth = Self.root.arcs.count
        guard oid.arcs.count == depth + 2, oid.hasPrefix(Self.root), oid.arcs[depth + 1] == 0
        else { return nil }
        self.init(rawValue: oid.arcs[depth])
    }

    package func value(in numbers: DaemonNumbers) -> SNMPValue {
        let timing = numbers.summary.timing
        let now = numbers.at.monotonic
        switch self {
        case .pollMicroseconds: return Self.counter(timing.polls.sumSeconds * 1_000_000)
        case .polls: return Self.counter(Double(timing.polls.count))
        case .lateMicroseconds: return Self.counter(timing.lateness.sumSeconds * 1_000_000)
        case .begun: return Self.counter(Double(timing.lateness.count))
        case .longestPoll: return .float(timing.longestPollMilliseconds(at: now))
        case .latestPoll: return .float(timing.longestLatenessMilliseconds(at: now))
        case .missedSlots: return Self.counter(Double(numbers.summary.missedSlots))
        case .pollsUnderWay: return .float(Double(numbers.summary.pollsUnderWay))
        case .requests, .responses, .timeouts, .retries, .unmatched, .kernelDrops, .bytesSent,
            .bytesReceived, .inFlight, .queued:
            return value(in: numbers.summary.snmp)
        case .rowsAccepted, .rowsWritten, .fileUpdates, .rowsWaiting, .rowBytesWaiting,
            .journalBytes, .journalFailures, .filesInTrouble:
            return value(in: numbers.summary.store)
        case .pictureHits, .pictureMisses, .picturesDrawn, .pictureEvictions, .pictureBytes,
            .pictureQueue, .dataQueue, .responses2xx, .responses3xx, .responses4xx,
            .responses5xx:
            return value(in: numbers.web)
        case .devicesUp, .devicesDown, .devicesRecovering, .devicesUnknown, .devicesDisabled:
            return .float(Double(state.flatMap { numbers.devices.states[$0] } ?? 0))
        case .residentBytes: return Self.gauge(numbers.process.residentBytes)
        case .cpuMilliseconds: return Self.counter(numbers.process.cpuSeconds * 1_000)
        case .openFiles: return Self.gauge(numbers.process.openFiles)
        case .threads: return Self.gauge(numbers.process.threads)
        }
    }

    private func value(in snmp: SNMPCounters) -> SNMPValue {
        switch self {
        case .responses: Self.counter(snmp.answers)
        case .timeouts: Self.counter(snmp.timeouts)
        case .retries: Self.counter(snmp.retransmissions)
        case .unmatched: Self.counter(snmp.unmatched)
        case .kernelDrops: Self.counter(snmp.kernelDrops)
        case .bytesSent: Self.counter(snmp.bytesSent)
        case .bytesReceived: Self.counter(snmp.bytesReceived)
        case .inFlight: .float(Double(snmp.underWay))
        case .queued: .float(Double(snmp.waiting))
        default: Self.counter(snmp.requests)
        }
    }

    private func value(in store: StoreCounters) -> SNMPValue {
        switch self {
        case .rowsWritten: Self.counter(store.rowsWritten)
        case .fileUpdates: Self.counter(store.writes)
        case .rowsWaiting: .float(Double(store.rowsWaiting))
        case .rowBytesWaiting: .float(Double(store.bytesWaiting))
        case .journalBytes: .float(Double(store.journalBytes))
        case .journalFailures: Self.counter(store.journalFailures)
        case .filesInTrouble: .float(Double(store.filesInTrouble))
        default: Self.counter(store.rowsAccepted)
        }
    }

    private func value(in web: WebNumbers) -> SNMPValue {
        switch self {
        case .pictureMisses: Self.counter(web.pictures.misses)
        case .picturesDrawn: Self.counter(web.pictures.drawn)
        case .pictureEvictions: Self.counter(web.pictures.evicted)
        case .pictureBytes: .float(Double(web.pictures.keptBytes))
        case .pictureQueue: .float(Double(web.pictures.underWay))
        case .dataQueue: .float(Double(web.dataUnderWay + web.dataWaiting))
        case .responses2xx: Self.counter(web.responses(ofClass: 2))
        case .responses3xx: Self.counter(web.responses(ofClass: 3))
        case .responses4xx: Self.counter(web.responses(ofClass: 4))
        case .responses5xx: Self.counter(web.responses(ofClass: 5))
        default: Self.counter(web.pictures.hits)
        }
    }

    private var state: DeviceStatus.State? {
        switch self {
        case .devicesUp: .up
        case .devicesDown: .down
        case .devicesRecovering: .recovering
        case .devicesUnknown: .unknown
        case .devicesDisabled: .disabled
        default: nil
        }
    }

    /// What is not known is not there, and never 0.
    private static func gauge(_ number: Int?) -> SNMPValue {
        number.map { .float(Double($0)) } ?? .noSuchObject
    }

    private static func counter(_ count: Int) -> SNMPValue { .counter64(UInt64(max(0, count))) }

    private static func counter(_ count: Double) -> SNMPValue {
        .counter64(UInt64(max(0, count.rounded(.down))))
    }
}
