import Foundation
import PollerModel
import TestSupport

@testable import PollerSimulator

/// One daemon with a device for each fault of devices, all of them well.
final class FaultScene: Sendable {
    let daemon: Daemon
    let devices: [FaultedDevice]
    private let server: SimulatorServer
    private let snmpd: RealAgent
    private let ways: [SpoiltWay]

    /// How long ago the simulated agents were started, when they are.
    private static let firstAge = 1_000.0
    /// Devices that are added, or spoilt, at the same time.
    static let width = 4

    /// `devices[i]` is for `faults[i]`.
    ///
    /// - Parameters:
    ///   - disk: under which the daemon runs.
    ///   - clock: in its place.
    init(
        _ faults: [DeviceFault], disk: FaultLibrary? = nil, clock: ClockLibrary? = nil
    ) async throws {
        let start = ContinuousClock().now
        let age: @Sendable () -> Double = {
            Self.firstAge + (ContinuousClock().now - start) / .seconds(1)
        }
        let agents = faults.map { fault -> Agent? in
            switch fault.kind {
            case .box("box_cells"): Agent(community: "public", tree: Box.treeWithCells())
            case .box, .spoiltBox: Agent(community: "public", tree: Box.tree())
            case .interfaces(let is64Bit):
                Agent(community: "public", tree: Agents.interfaces(is64Bit: is64Bit))
            case .snmpd, .secure: nil
            }
        }
        let places = agents.compactMap { $0 }.map { SimulatorServer.Place(agent: $0) }
        let server = try await SimulatorServer.start(places, age: age)
        self.server = server
        let snmpd = try await RealAgent(configuration: Agents.configuration, address: "0.0.0.0")
        self.snmpd = snmpd
        daemon = try await Daemon(
            wrapper: disk?.wrapper ?? clock?.wrapper, prepare: Box.describe)
        var ports = server.ports[...]
        var ways: [SpoiltWay] = []
        var plain: [FaultedDevice] = []
        for (number, (fault, agent)) in zip(faults, agents).enumerated() {
            var port = agent == nil ? snmpd.port : ports.removeFirst()
            var way: SpoiltWay?
            if case .spoiltBox = fault.kind {
                let made = try SpoiltWay(to: port)
                (way, port) = (made, made.port)
                ways.append(made)
            }
            plain.append(
                FaultedDevice(
                    daemon: daemon, name: "d\(number + 1)", id: DeviceID(Int64(number + 1)),
                    port: port, agent: agent, way: way, disk: disk, clock: clock, age: age))
        }
        self.ways = ways
        // One after the other, so that ids are known.
        for (fault, device) in zip(faults, plain) { try await Self.add(device, fault) }
        devices = try await Self.look(up: plain, faults, daemon)
        let devices = devices
        try await Self.each(faults.indices) { place in
            do {
                try await waitUntil("\(devices[place].name) has values", seconds: 30) {
                    try await devices[place].poll()
                    let lines = try await devices[place].explain().split(separator: "\n")
                    return !lines.contains { $0.hasPrefix("✗") || $0.hasPrefix("…") }
                }
            } catch {
                throw Unexpected("\(error): \(try await devices[place].explain())")
            }
        }
    }

    func stop() async throws -> Program.Result {
        let end = try await daemon.stop()
        for way in ways { way.stop() }
        try await server.stop()
        snmpd.stop()
        return end
    }

    private static func add(_ device: FaultedDevice, _ fault: DeviceFault) async throws {
        var arguments = ["--port", "\(device.port)", "--name", device.name]
        arguments += ["--interval", "300", "--timeout", "300", "--retries", "0"]
        switch fault.kind {
        case .box, .spoiltBox:
            arguments += ["127.0.0.1", "--community", "public", "--template", "box"]
        case .interfaces:
            arguments += ["127.0.0.1", "--community", "public", "--template", "generic_snmp"]
        case .snmpd:
            arguments += ["127.0.1.\(device.id)", "--community", "public", "--timeout", "2000"]
            arguments += ["--template", "net_snmp_linux"]
        case .secure:
            arguments += ["127.0.1.\(device.id)", "--timeout", "2000"]
            arguments += ["--template", "net_snmp_linux"]
            arguments += try Agents.options(of: "poller", in: device.daemon.folder)
        }
        try await device.control(["add-device"] + arguments)
    }

    /// With the data sources and graphs that are looked at.
    private static func look(
        up devices: [FaultedDevice], _ faults: [DeviceFault], _ daemon: Daemon
    ) async throws -> [FaultedDevice] {
        let sources = try await daemon.json([DataSourceReport].self, ["data-source", "list"])
        let graphs = try await daemon.json([GraphReport].self, ["graph", "list"])
        return try zip(devices, faults).map { device, fault in
            var device = device
            // Of interfaces the last: a device that loses one loses this.
            device.source =
                sources.filter {
                    $0.deviceId == device.id && $0.template == fault.kind.template
                }.map(\.id).max()
            device.file = sources.first { $0.id == device.source }?.file ?? ""
            device.graph = graphs.first { $0.dataSourceId == device.source }?.id
            guard device.source != nil, device.graph != nil else {
                throw Unexpected("\(device.name) has no \(fault.kind.template)")
            }
            return device
        }
    }

    /// Runs `body` for all, some at the same time.
    static func each(
        _ places: Range<Int>, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in places {
                if place >= places.lowerBound + width { try await group.next() }
                group.addTask { try await body(place) }
            }
            try await group.waitForAll()
        }
    }
}

extension FaultedDevice {
    /// Injects a fault, asks who is to name it, follows the fix, and says how that went.
    func prove(_ fault: DeviceFault) async -> FaultOutcome {
        var outcome = FaultOutcome(fault.fault)
        do {
            let before = lines(of: fault.fault).count
            try await fault.inject(self)
            for _ in 0..<fault.polls { try await poll() }
            if fault.fault.asked == .doctor {
                try await waitUntil("the status tells it") { try await has(fault.fault) }
            }
            var text = try await told(of: fault.fault)
            if fault.fault.asked == .doctor, !fault.fault.isNamedByDoctor(in: text) {
                // It is examined anew once what was found is old.
                text = try await waitFor("the doctor names it") {
                    let text = try await told(of: fault.fault)
                    return fault.fault.isNamedByDoctor(in: text) ? text : nil
                }
            }
            outcome.isNamed =
                fault.fault.asked == .explain
                ? fault.fault.isNamed(in: text) : fault.fault.isNamedByDoctor(in: text)
            if !outcome.isNamed { outcome.evidence.append(text) }
            outcome.logLines = lines(of: fault.fault).count - before
            let picture = try await pictured()
            outcome.isPictured = fault.fault.picture.map(picture.contains) ?? false
            if !outcome.isPictured { outcome.evidence.append(Self.notes(picture)) }
            try await fault.mend(self, Fault.fix(in: text))
            try await waitUntil("\(name) is well again", seconds: 15) {
                try await poll()
                return try await !has(fault.fault)
            }
            outcome.isMended = true
            // A file that is not sound is told when it is written.
            if case .file = fault.fault.log {
                outcome.logLines = lines(of: fault.fault).count - before
            }
            if !outcome.isLogged {
                outcome.evidence += daemon.log.split(separator: "\n").filter {
                    $0.contains("device=\(id)") || $0.contains("file=\(file)")
                }.suffix(8).map(String.init)
            }
        } catch {
            outcome.evidence.append("\(error)")
        }
        return outcome
    }

    private func lines(of fault: Fault) -> [Substring] {
        switch fault.log {
        case .reason, .event: daemon.lines(["device=\(id)"] + fault.logFields)
        case .file: daemon.lines(["file=\(file)"] + fault.logFields)
        case .all: daemon.lines(fault.logFields)
        case .started, .none: []
        }
    }

    /// Whether it is told at the moment; by the status, where the doctor would be asked, who keeps
    /// what was found for a moment.
    private func has(_ fault: Fault) async throws -> Bool {
        fault.asked == .explain
            ? try await explain().contains("[\(fault.code)]")
            : try await daemon.control(["status"]).output.contains(fault.words)
    }

    /// What whoever is asked says.
    private func told(of fault: Fault) async throws -> String {
        fault.asked == .explain
            ? try await explain() : try await daemon.control(["doctor"]).output
    }

    /// What a picture says, of all its data.
    private static func notes(_ picture: String) -> String {
        picture.firstMatch(of: /"notes":\[[^\]]*\]/).map { String($0.output) }
            ?? String(picture.prefix(500))
    }
}

extension Fault {
    /// Whether the headline of an explanation has the code and the words, and what to do.
    func isNamed(in text: String) -> Bool {
        let lines = text.split(separator: "\n")
        guard lines.count > 2 else { return false }
        return lines[1].contains("[\(code)]") && lines[1].contains(words)
            && lines[2].contains("What to do: ")
    }

    /// Whether a finding has the code and the words, and what to do.
    func isNamedByDoctor(in text: String) -> Bool {
        let lines = text.split(separator: "\n")
        guard
            let line = lines.firstIndex(where: {
                $0.contains("[\(code)]") && $0.contains(words)
            }), line + 2 < lines.count
        else { return false }
        return lines[line + 1].contains("why: ") && lines[line + 2].contains("fix: ")
    }

    /// The fix that an explanation gives for its headline.
    static func fix(in text: String) -> String {
        text.firstMatch(of: /What to do: (.+)\.\n/).map { String($0.output.1) } ?? ""
    }
}
