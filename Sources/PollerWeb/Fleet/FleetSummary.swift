import PollerModel

/// What is worth saying of everything that is polled, found in one pass over the last values. No
/// file is read for it.
struct FleetSummary: Sendable {
    /// Entries of each list of the largest.
    static let topCount = 5
    /// Data sources that are named for each reason.
    static let namedPerReason = 5

    var states: [DeviceStatus.State: Int] = [:]
    /// Devices that fail, with the most frequent reason first.
    var failures: [[(device: Device, status: DeviceStatus)]] = []
    var lostSources: [Lost] = []
    var lostCount = 0
    var busiest = Top()
    var mostErrors = Top()
    var hottest = Top()
    var slowest = Top()

    /// Data sources of devices that answer, without a value for the same reason.
    struct Lost: Sendable {
        let words: String
        let code: String
        var count = 0
        var named: [(device: Device, source: DataSource)] = []
    }

    /// The largest of many values, the largest first.
    struct Top: Sendable {
        private(set) var entries: [(value: Double, device: Device, source: DataSource?)] = []

        mutating func take(_ value: Double, _ device: Device, _ source: DataSource?) {
            if entries.count == topCount {
                guard let least = entries.last, value > least.value else { return }
                entries.removeLast()
            }
            let place = entries.firstIndex { $0.value < value } ?? entries.endIndex
            entries.insert((value, device, source), at: place)
        }
    }

    /// What a data template's values are taken for.
    private enum Role {
        case traffic, errors
        case temperatures([Int])
    }

    private static let errorNames = Set(
        InterfaceTemplates.errorItems + InterfaceTemplates.discardItems)
    private static let celsius = "celsius"

    init(_ definitions: Definitions, _ status: any PollStatus) {
        let roles = Self.roles(definitions.catalogue)
        var failing: [String: [(device: Device, status: DeviceStatus)]] = [:]
        var lost: [String: Lost] = [:]
        for definition in definitions.fleet {
            let device = definition.device
            guard device.isEnabled else {
                states[.disabled, default: 0] += 1
                continue
            }
            let deviceStatus = status.device(device.id)
            states[deviceStatus.state, default: 0] += 1
            if let reason = deviceStatus.reason {
                failing[reason.code, default: []].append((device, deviceStatus))
            }
            // What was last read of a device that does not answer is not now.
            guard deviceStatus.failure == nil else { continue }
            if let milliseconds = deviceStatus.pollMilliseconds {
                slowest.take(Double(milliseconds), device, nil)
            }
            let sources = definition.dataSources
            for (source, sample) in zip(sources, status.statuses(of: sources)) {
                guard let sample else { continue }
                if let role = roles[source.template] { take(sample, role, device, source) }
                guard let reason = sample.reason, reason != .firstSample else { continue }
                Self.keep(reason, device, source, in: &lost)
            }
        }
        failures = failing.values.sorted { $0.count > $1.count }
        lostSources = lost.values.sorted { ($0.count, $1.code) > ($1.count, $0.code) }
        lostCount = lostSources.reduce(0) { $0 + $1.count }
    }

    private static func roles(_ catalogue: Catalogue) -> [String: Role] {
        var roles: [String: Role] = [:]
        for (name, template) in catalogue.dataTemplates {
            let places = template.items.indices.filter { template.items[$0].unit == celsius }
            if !places.isEmpty { roles[name] = .temperatures(places) }
        }
        roles[InterfaceTemplates.traffic] = .traffic
        roles[InterfaceTemplates.errors] = .errors
        return roles
    }

    private mutating func take(
        _ sample: SourceStatus, _ role: Role, _ device: Device, _ source: DataSource
    ) {
        switch role {
        case .traffic:
            let value = Self.largest(sample) {
                $0 == InterfaceTemplates.received || $0 == InterfaceTemplates.sent
            }
            if let value, value > 0 { busiest.take(value, device, source) }
        case .errors:
            var sum = 0.0
            for item in sample.items {
                if case .success(let value) = item.shown, Self.errorNames.contains(item.name) {
                    sum += value
                }
            }
            if sum > 0 { mostErrors.take(sum, device, source) }
        case .temperatures(let places):
            for place in places where sample.items.indices.contains(place) {
                if case .success(let value) = sample.items[place].shown {
                    hottest.take(value, device, source)
                }
            }
        }
    }

    private static func largest(
        _ sample: SourceStatus, _ isWanted: (String) -> Bool
    ) -> Double? {
        var largest: Double?
        for item in sample.items {
            if case .success(let value) = item.shown, isWanted(item.name) {
                largest = max(largest ?? value, value)
            }
        }
        return largest
    }

    private static func keep(
        _ reason: UnknownReason, _ device: Device, _ source: DataSource,
        in lost: inout [String: Lost]
    ) {
        let code = reason.code
        lost[code, default: Lost(words: reason.words, code: code)].count += 1
        if lost[code]?.named.count ?? 0 < namedPerReason {
            lost[code]?.named.append((device, source))
        }
    }
}
