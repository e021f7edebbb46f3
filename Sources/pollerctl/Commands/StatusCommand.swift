import ArgumentParser
import PollerModel

/// `pollerctl status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows how the daemon fares.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let status = try connection.daemon.get("/api/v1/status", as: StatusReport.self)
        if output.output != .table { return try Terminal.write(JSONText.encode(status)) }
        print(
            Facts.text([
                ("pollerd", "\(status.version), since \(status.startedAt)"), ("Pages", status.url),
                (
                    "Devices",
                    "\(status.devices): \(status.devicesUp) up, \(status.devicesDown) down, "
                        + "\(status.devicesRecovering) recovering, "
                        + "\(status.devicesUnknown) not polled yet, "
                        + "\(status.devicesDisabled) disabled"
                ),
                ("Data sources", "\(status.dataSources)"), ("Graphs", "\(status.graphs)"),
                (
                    "Polls",
                    "\(status.polls), \(status.failedPolls) without an answer, "
                        + "\(status.missedSlots) slots missed, \(status.pollsUnderWay) under way"
                ),
                (
                    "SNMP",
                    "\(status.snmp.requests) requests, \(status.snmp.answers) answers, "
                        + "\(status.snmp.timeouts) timed out, "
                        + "\(status.snmp.unmatched + status.snmp.malformed) stray packets, "
                        + "\(status.snmp.kernelDrops) dropped by the kernel, at most "
                        + "\(status.snmp.window) devices at a time"
                ),
                ("Samples", "\(status.rowsWritten) written, \(status.rowsRefused) refused"),
            ]), terminator: "")
    }
}
