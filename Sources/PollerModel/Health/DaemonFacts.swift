/// What a daemon that runs knows of its own work, as far as it is judged.
package struct DaemonFacts: Sendable, Hashable {
    /// Devices that fail for the same reason.
    package struct Failing: Sendable, Hashable {
        package let code: String
        package let words: String
        package let fix: String
        /// By name, at most `namedDevices` of them.
        package let names: [String]
        package let count: Int
    }

    /// A device whose polls take long.
    package struct Slow: Sendable, Hashable {
        package let name: String
        package let milliseconds: Int64
        package let stepSeconds: Int64
        /// What most of it is for: “11.0 s in interfaces”.
        package var largest: String?
    }

    /// A device whose settings contradict each other.
    package struct Impatient: Sendable, Hashable {
        package let name: String
        /// As long as it may be silent before a question is given up.
        package let patienceMilliseconds: Int64
        package let stepSeconds: Int64
    }

    /// Devices that are named in one finding.
    package static let namedDevices = 5

    /// How long the loop did not run; nil before it began.
    package var silenceMilliseconds: Int64?
    package var polls = 0
    package var missedSlots = 0
    package var devices = 0
    package var failing: [Failing] = []
    /// The slowest first.
    package var slow: [Slow] = []
    package var dataSources = 0
    /// Data sources whose newest value was refused, by the reason's code, most first.
    package var refused: [Refused] = []
    /// Data sources without a value for long though their device answers, by the reason's code,
    /// most first.
    package var stale: [Refused] = []
    /// Devices that may be asked for longer than their interval.
    package var impatient: [Impatient] = []
    /// What all files take when each is there, and how much of it is; nil: nobody added it up.
    package var plannedBytes: Int64 = 0
    package var fileBytes: Int64?
    /// Where the files lie; nil: not known.
    package var freeBytes: Int64?
    package var rowsWritten = 0
    package var rowsRefused = 0
    package var store = StoreCounters()
    package var answers = 0
    package var kernelDrops = 0
    package var receiveBuffer = 0
    package var wantedReceiveBuffer = 0
    package var lostEvents = 0
    /// nil where the kernel does not tell.
    package var isSealed: Bool?

    /// Data sources whose newest value was refused for the same reason.
    package struct Refused: Sendable, Hashable {
        package let code: String
        package let words: String
        package let count: Int
    }

    package init() {}

    /// What the board says now.
    package init(_ definitions: Definitions, _ status: some PollStatus, now: Moment) {
        let summary = status.summary()
        silenceMilliseconds = summary.lastTick.map {
            now.monotonic.milliseconds - $0.milliseconds
        }
        (polls, missedSlots) = (summary.polls, summary.missedSlots)
        (rowsWritten, rowsRefused) = (summary.rowsWritten, summary.rowsRefused)
        store = summary.store
        answers = Int(summary.snmp.answers)
        kernelDrops = Int(summary.snmp.kernelDrops)
        receiveBuffer = summary.snmp.receiveBuffer
        wantedReceiveBuffer = summary.snmp.wantedReceiveBuffer
        let devices = definitions.devicesByName.map(\.device).filter {
            $0.isEnabled && !$0.isDaemon
        }
        self.devices = devices.count
        let states = devices.map { ($0, status.device($0.id)) }
        failing = Self.failing(states)
        slow = Self.slow(states)
        dataSources = definitions.fleetCounts.dataSources
        refused = Self.refused(definitions, status)
        stale = Self.stale(definitions, status, since: summary.startedAt, now.wall)
        impatient = Self.impatient(devices)
        plannedBytes = Self.plannedBytes(definitions)
    }

    private static func failing(_ states: [(Device, DeviceStatus)]) -> [Failing] {
        Dictionary(grouping: states.filter { $0.1.reason != nil }) { $0.1.reason?.code ?? "" }
            .compactMap { code, group -> Failing? in
                guard let reason = group.first?.1.reason else { return nil }
                let isCommon = group.allSatisfy { $0.1.reason?.words == reason.words }
                return Failing(
                    code: code, words: isCommon ? reason.words : reason.summary, fix: reason.fix,
                    names: group.prefix(namedDevices).map(\.0.name), count: group.count)
            }.sorted { ($1.count, $0.code) < ($0.count, $1.code) }
    }

    private static func slow(_ states: [(Device, DeviceStatus)]) -> [Slow] {
        states.compactMap { device, status in
            // What was done behind the answers keeps the device busy as well.
            let took = max(status.pollMilliseconds ?? 0, status.budget?.milliseconds ?? 0)
            guard took > 0, took >= device.step.milliseconds / 2 else { return nil }
            return Slow(
                name: device.name, milliseconds: took, stepSeconds: device.step.seconds,
                largest: status.budget?.parts.first.map(PollBudget.words))
        }.sorted { $0.milliseconds > $1.milliseconds }
    }

    private static func refused(
        _ definitions: Definitions, _ status: some PollStatus
    ) -> [Refused] {
        var counts: [String: (words: String, count: Int)] = [:]
        for definition in definitions.fleet where definition.device.isEnabled {
            for source in definition.dataSources {
                guard let reason = status.source(source.id)?.refusal else { continue }
                counts[reason.code, default: (reason.words, 0)].count += 1
            }
        }
        return counts.map { Refused(code: $0.key, words: $0.value.words, count: $0.value.count) }
            .sorted { ($1.count, $0.code) < ($0.count, $1.code) }
    }
}
