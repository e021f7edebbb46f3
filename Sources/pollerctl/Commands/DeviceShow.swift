import ArgumentParser
import PollerModel

/// `pollerctl device show DEVICE`
struct DeviceShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one device: what it is, and how its polls go.")

    @Argument(help: "Id or name of the device.")
    var device: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let device = try connection.daemon.device(device)
        switch output.output {
        case .json, .jsonl: try Terminal.write(JSONText.encode(device))
        case .name: print(device.name)
        case .table, .csv: print(Facts.text(facts(device)), terminator: "")
        }
    }

    private func facts(_ device: DeviceReport) -> [(String, String?)] {
        [
            ("Id", "\(device.id)"),
            ("Name", device.isDaemon ? "\(device.name), the daemon itself" : device.name),
            ("Address", "\(device.address), port \(device.port)"),
            (
                "SNMP",
                "version \(device.snmpVersion), "
                    + (device.snmpUser.map { "user \($0) (\(device.snmpLevel ?? "")), " } ?? "")
                    + "time-out \(device.timeoutMilliseconds) ms, "
                    + Self.retries(device.retries) + limits(device)
            ),
            ("Asked from", device.sourceAddress),
            ("Answers", device.checksSource ? nil : "count from any address"),
            ("Counts as up by", availability(device)),
            ("Template", device.template),
            (
                "Fits also",
                device.otherTemplates.isEmpty
                    ? nil : device.otherTemplates.joined(separator: ", ")
            ), ("Status", device.status.rawValue),
            ("Reason", device.statusReason), ("What to do", device.statusFix),
            ("Failing since", device.failingSince),
            ("Polled", "every \(device.intervalSeconds) s"), ("Last poll", device.lastPoll),
            ("Last answer", device.lastAnswer),
            ("Took", device.pollMilliseconds.map { "\($0) ms" }),
            ("Of its interval", device.pollBudget?.words),
            ("Debugged until", device.debugUntil),
            ("Ping", device.pingMilliseconds.map { "answered within \($0) ms" }),
            ("Agent", device.agent.map(habits)),
            ("Uptime", device.uptimeSeconds.map { "\($0) s" }),
            (
                "Polls",
                "\(device.polls), \(device.failedPolls) without an answer, "
                    + "\(device.missedSlots) slots missed"
            ),
            ("Data sources", "\(device.dataSources)"), ("Graphs", "\(device.graphs)"),
            ("Site", device.site),
            ("Tags", device.tags.isEmpty ? nil : device.tags.joined(separator: ", ")),
            ("System name", device.systemName), ("Location", device.systemLocation),
            ("Contact", device.systemContact), ("Object id", device.systemObjectId),
            ("Description", device.systemDescription),
            ("Added", device.createdAt),
        ]
    }

    private func limits(_ device: DeviceReport) -> String {
        (device.objectsPerMessage.map { ", at most \($0) objects a request" } ?? "")
            + (device.maxRepetitions.map { ", \($0) repetitions" } ?? "")
    }

    private func availability(_ device: DeviceReport) -> String {
        guard device.availability.usesPing else { return device.availability.rawValue }
        return "\(device.availability.rawValue), ping \(device.ping) with time-out "
            + "\(device.pingTimeoutMilliseconds) ms, " + Self.retries(device.pingRetries)
    }

    private static func retries(_ count: Int) -> String {
        count == 1 ? "1 retry" : "\(count) retries"
    }

    /// What was learned of the agent.
    private func habits(_ agent: SNMPHabits) -> String {
        let time = agent.roundTripMilliseconds.map { max(0.1, ($0 * 10).rounded() / 10) }
        return "\(agent.objectsPerMessage) objects a request"
            + (agent.speaksVersion1Only == true ? ", speaks SNMPv1 only" : "")
            + (agent.usesBulk ? "" : ", ignores GETBULK")
            + (time.map { ", answers within \($0) ms" } ?? "")
    }
}
