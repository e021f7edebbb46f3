import Hummingbird
import PollerModel

/// `/`: what is up, what is down and why, and the next step when there is nothing yet.
struct OverviewPage {
    let services: WebServices

    struct Content {
        let hasDevices: Bool
        let devices: Int
        let up: Int
        let down: Int
        let recovering: Int
        let hasRecovering: Bool
        let hasDown: Bool
        let unknown: Int
        let dataSources: Int
        let graphs: Int
        let failures: [Failure]
        let hasFailures: Bool
        let polls: Int
        let failedPolls: Int
        let missedSlots: Int
        let rowsWritten: Int
        let rowsRefused: Int
        let since: String
        let unreadiness: [String]
    }

    /// Devices that fail for the same reason.
    struct Failure {
        let words: String
        let fix: String
        let count: Int
        let devices: [Entry]
        let more: Int
        let hasMore: Bool
    }

    struct Entry {
        let link: String
        let name: String
        let since: String?
        /// Where it is not the same for all.
        let words: String?
    }

    /// Devices named for each reason.
    static let namedPerReason = 10

    func content() -> Content {
        let definitions = services.definitions
        let summary = services.status.summary()
        let format = Format(services)
        let devices = definitions.devicesByName.map(\.device)
        let states = devices.filter(\.isEnabled).map { ($0, services.status.device($0.id)) }
        let failures = Dictionary(
            grouping: states.filter { $0.1.reason != nil }, by: { $0.1.reason?.code ?? "" }
        ).values.sorted { $0.count > $1.count }.compactMap { failure($0, format) }
        let recovering = states.count { $0.1.state == .recovering }
        let down = states.count { $0.1.state == .down }
        return Content(
            hasDevices: !devices.isEmpty, devices: devices.count,
            up: states.count { $0.1.state == .up }, down: down, recovering: recovering,
            hasRecovering: recovering > 0, hasDown: down > 0,
            unknown: states.count { $0.1.state == .unknown },
            dataSources: definitions.dataSourceCount, graphs: definitions.graphCount,
            failures: failures, hasFailures: !failures.isEmpty, polls: summary.polls,
            failedPolls: summary.failedPolls, missedSlots: summary.missedSlots,
            rowsWritten: summary.rowsWritten, rowsRefused: summary.rowsRefused,
            since: format.time(summary.startedAt), unreadiness: services.unreadiness())
    }
    /// What devices that fail for the same reason have in common, and what is of each alone.
    private func failure(_ group: [(Device, DeviceStatus)], _ format: Format) -> Failure? {
        guard let first = group.first?.1.reason else { return nil }
        let isCommon = group.allSatisfy { $0.1.reason?.words == first.words }
        return Failure(
            words: isCommon ? first.words : first.summary, fix: first.fix, count: group.count,
            devices: group.prefix(Self.namedPerReason).map { device, status in
                Entry(
                    link: "/devices/\(device.id)", name: device.name,
                    since: status.reasonSince.map(format.time),
                    words: isCommon ? nil : status.reason?.words)
            },
            more: max(0, group.count - Self.namedPerReason),
            hasMore: group.count > Self.namedPerReason)
    }
}
