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
        let since: String
    }

    /// Devices named for each reason.
    static let namedPerReason = 10

    func content() -> Content {
        let definitions = services.definitions
        let summary = services.status.summary()
        let format = Format(services)
        let states = definitions.devicesByName.map {
            ($0.device, services.status.device($0.device.id))
        }
        let failing = states.compactMap { device, status in
            status.failure.map { (device, status, $0) }
        }
        let failures = Dictionary(grouping: failing, by: { $0.2.code }).values
            .sorted { $0.count > $1.count }
            .map { group in
                Failure(
                    words: group[0].2.words, fix: group[0].2.fix, count: group.count,
                    devices: group.prefix(Self.namedPerReason).map { device, status, _ in
                        Entry(
                            link: "/devices/\(device.id)", name: device.name,
                            since: status.failingSince.map(format.time) ?? "")
                    },
                    more: max(0, group.count - Self.namedPerReason),
                    hasMore: group.count > Self.namedPerReason)
            }
        return Content(
            hasDevices: !states.isEmpty, devices: states.count,
            up: states.count { $0.1.state == .up }, down: states.count { $0.1.state == .down },
            unknown: states.count { $0.1.state == .unknown },
            dataSources: definitions.dataSourceCount, graphs: definitions.graphCount,
            failures: failures, hasFailures: !failures.isEmpty, polls: summary.polls,
            failedPolls: summary.failedPolls, missedSlots: summary.missedSlots,
            rowsWritten: summary.rowsWritten, rowsRefused: summary.rowsRefused,
            since: format.time(summary.startedAt), unreadiness: services.unreadiness())
    }
}
