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
                ("Samples", "\(status.rowsWritten) accepted, \(status.rowsRefused) refused"),
                ("Files", Self.files(status.store)), ("Journal", Self.journal(status.store)),
                ("Pictures", Self.pictures(status.pictures)),
            ]), terminator: "")
    }

    private static func files(_ store: StoreCounters) -> String {
        var text =
            "\(store.rowsWritten) samples in them, \(store.rowsWaiting) wait "
            + "(\(store.bytesWaiting >> 10) KiB)"
        if store.filesInTrouble > 0 { text += ", \(store.filesInTrouble) cannot be written" }
        if store.filesQuarantined > 0 { text += ", \(store.filesQuarantined) in quarantine" }
        return text
    }

    private static func pictures(_ pictures: PictureCounters) -> String {
        var text =
            "\(pictures.drawn) drawn, \(pictures.hits) answered from memory, \(pictures.kept) in it "
            + "(\(pictures.keptBytes >> 10) KiB), \(pictures.underWay) under way"
        if pictures.failed > 0 { text += ", \(pictures.failed) failed" }
        if pictures.late > 0 { text += ", \(pictures.late) requests were not answered in time" }
        if pictures.refused > 0 { text += ", \(pictures.refused) turned away" }
        return text
    }

    private static func journal(_ store: StoreCounters) -> String {
        store.journalTrouble
            ?? "\(store.journalBytes >> 10) KiB in \(Count.words(store.journalSegments, "segment"))"
    }
}
