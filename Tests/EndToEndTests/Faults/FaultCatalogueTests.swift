import Foundation
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// Whatever goes wrong is named exactly, with a fix that works, in one line of the log, and by the
/// empty picture: each fault of `Resources/docs/faults.md` is injected into the real product.
@Suite(
    .serialized,
    .enabled(
        if: RealAgent.isInstalled && FaultLibrary.compiler != nil,
        "snmpd or a C compiler is not installed"))
struct FaultCatalogueTests {
    private func report(_ outcomes: [FaultOutcome]) {
        print(FaultOutcome.table(outcomes))
        for outcome in outcomes where !outcome.isWell {
            Issue.record(
                "\(outcome.row.joined(separator: " | "))\n\(outcome.evidence.joined(separator: "\n"))"
            )
        }
    }

    /// `faults` one after the other, or several at the same time, on devices of one daemon.
    private func prove(
        _ faults: [DeviceFault], on scene: FaultScene, width: Int = FaultScene.width
    ) async throws {
        let outcomes = await withTaskGroup(of: (Int, FaultOutcome).self) { group in
            var outcomes: [Int: FaultOutcome] = [:]
            for place in faults.indices {
                if place >= width, let (done, outcome) = await group.next() {
                    outcomes[done] = outcome
                }
                group.addTask { (place, await scene.devices[place].prove(faults[place])) }
            }
            for await (done, outcome) in group { outcomes[done] = outcome }
            return faults.indices.compactMap { outcomes[$0] }
        }
        report(outcomes)
        let end = try await scene.stop()
        #expect(end.status == 0)
        #expect(!end.errors.contains(Agents.passphrase))
    }

    @Test(.timeLimit(.minutes(5)))
    func `what is wrong with devices and their values is named, logged once, drawn and mended`()
        async throws
    {
        let faults =
            DeviceFault.way + DeviceFault.access + DeviceFault.answers + DeviceFault.values
            + DeviceFault.tables
        try await prove(faults, on: FaultScene(faults))
    }

    @Test(.timeLimit(.minutes(5)))
    func `what is wrong with the disk and its files is named, logged once, drawn and mended`()
        async throws
    {
        try await prove(
            DeviceFault.files, on: FaultScene(DeviceFault.files, disk: FaultLibrary()), width: 1)
    }

    @Test(.timeLimit(.minutes(5)))
    func `what is wrong with the clock is named, logged once, drawn and mended`() async throws {
        let clock = try await ClockLibrary()
        try await prove(
            DeviceFault.clock, on: FaultScene(DeviceFault.clock, clock: clock), width: 1)
    }

    @Test(.timeLimit(.minutes(5)))
    func `what is wrong with an installation is named, said once at the start and mended`()
        async throws
    {
        let template = try await BrokenInstallation.database()
        let faults = InstallationFault.all.filter(\.isPossible)
        let outcomes = try await withThrowingTaskGroup(of: (Int, FaultOutcome).self) { group in
            var outcomes: [Int: FaultOutcome] = [:]
            for (place, fault) in faults.enumerated() {
                if place >= 3, let (done, outcome) = try await group.next() {
                    outcomes[done] = outcome
                }
                group.addTask {
                    (place, try await BrokenInstallation(template: template).prove(fault))
                }
            }
            for try await (done, outcome) in group { outcomes[done] = outcome }
            return faults.indices.compactMap { outcomes[$0] }
        }
        report(outcomes)
    }

    @Test(.timeLimit(.minutes(5)))
    func `what is wrong with a graph, a range or a scope is named, drawn and mended`() async throws
    {
        let box = DeviceFault(
            Fault("", code: "", words: ""), .box("box_level"), inject: { _ in },
            mend: { _, _ in })
        let scene = try await FaultScene([box])
        let device = scene.devices[0]
        try await device.edit("--tag", "core")
        var outcomes: [FaultOutcome] = []
        for fault in ViewFault.all {
            var outcome = FaultOutcome(fault.fault)
            do {
                try await fault.prove(device, &outcome)
            } catch {
                outcome.evidence.append("\(error)")
            }
            outcomes.append(outcome)
        }
        report(outcomes)
        _ = try await scene.stop()
    }

    @Test(
        .timeLimit(.minutes(5)),
        .enabled(if: SmallDisk.isPermitted, "file systems cannot be mounted"))
    func `a full disk is named, and what cannot be stored because of it is logged once`()
        async throws
    {
        let disk = try await SmallDisk(.memory, kilobytes: 160 << 10)
        let server = try await SimulatorServer.start([
            .init(agent: Agent(community: "public", tree: Box.tree()))
        ])
        let daemon = try await Daemon(
            state: disk.path, access: "guest: false", prepare: Box.describe)
        _ = try await PageVisitor(daemon).setUp(daemon)
        let added = try await daemon.control([
            "add-device", "127.0.0.1", "--port", "\(server.ports[0])", "--community", "public",
            "--name", "d1", "--interval", "300",
        ])
        #expect(added.status == 0, "\(added.errors)")
        try disk.fill()
        var outcomes = ViewFault.full.map(FaultOutcome.init)
        _ = try await daemon.control(["device", "poll", "d1"])
        let page = try await PageVisitor(daemon).logIn()
        #expect(page.status == 503 && page.body.contains("the session could not be saved"))
        let doctor = try await daemon.control(["doctor"]).output
        for place in outcomes.indices {
            outcomes[place].isNamed = outcomes[place].fault.isNamedByDoctor(in: doctor)
            outcomes[place].logLines = daemon.lines(outcomes[place].fault.logFields).count
        }
        try disk.makeRoom()
        try await waitUntil("the journal is written again", seconds: 30) {
            _ = try await daemon.control(["device", "poll", "d1"])
            return try await !daemon.control(["doctor"]).output.contains("[")
        }
        outcomes[0].isMended = true
        outcomes[1].isMended = try await PageVisitor(daemon).logIn().status == 200
        if !outcomes.allSatisfy(\.isWell) { outcomes[0].evidence += [doctor, daemon.log] }
        report(outcomes)
        _ = try await daemon.stop()
        try await server.stop()
    }
}
