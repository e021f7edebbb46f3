import ArgumentParser
import PollerModel

/// `pollerctl device test HOST`
struct DeviceTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Goes the way to an agent step by step; adds nothing.")

    @Argument(help: "Address or name of the device.")
    var host: String

    @OptionGroup(title: "SNMP options") var snmp: SNMPOptions
    @OptionGroup(title: "Availability options") var availability: AvailabilityOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        try availability.checkUse()
        var order = DeviceOrder()
        order.host = host
        try snmp.fill(&order, needsCredentials: true)
        availability.fill(&order)
        var steps: [TestStep] = []
        try connection.daemon.order("/api/v1/device-tests", order) { event in
            guard let step = event.step else { return }
            steps.append(step)
            if output.output == .table { print(StepText.line(step)) }
        }
        if output.output != .table {
            try Listing(
                items: steps,
                columns: [
                    Column("STEP") { $0.step.rawValue }, Column("OK") { $0.ok ? "yes" : "no" },
                    Column("MS", isNumber: true) { "\($0.milliseconds)" },
                    Column("DETAIL") { $0.detail }, Column("FIX") { $0.fix ?? "" },
                ], name: { $0.step.rawValue }
            ).write(output.output)
        }
        // What another step follows was no obstacle.
        guard let failed = steps.last, !failed.ok else { return }
        throw CommandFailure(
            ProblemReport(
                status: 502, title: "", detail: "the test failed at “\(failed.step.rawValue)”",
                code: failed.reason ?? "failed"))
    }
}
