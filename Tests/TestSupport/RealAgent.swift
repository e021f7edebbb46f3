import Foundation

/// A real `snmpd` on a loopback port, gone when the test is over.
package final class RealAgent: Sendable {
    package let port: UInt16
    private let folder: TemporaryFolder
    private let program: Program

    package static var isInstalled: Bool { Program.find("snmpd") != nil }

    /// - Parameter configuration: lines of snmpd.conf; by default community public sees all.
    package init(configuration: String = "rocommunity public 127.0.0.1\n") async throws {
        folder = try TemporaryFolder()
        port = try Ports.freeUDP()
        let file = try folder.write(configuration, to: "snmpd.conf")
        guard let path = Program.find("snmpd") else {
            throw Unexpected("snmpd is not installed")
        }
        program = try Program(
            path, ["-f", "-Lo", "-C", "-c", file, "udp:127.0.0.1:\(port)"],
            environment: ["SNMP_PERSISTENT_DIR": folder.path])
        try await waitUntil("snmpd has started") { [program] in
            program.outputSoFar.contains("NET-SNMP version") || !program.isRunning
        }
        guard program.isRunning else {
            throw Unexpected("snmpd ended: \(program.outputSoFar)")
        }
    }

    package func stop() { program.signal(SIGTERM) }
    package func suspend() { program.signal(SIGSTOP) }
    package func resume() { program.signal(SIGCONT) }
}
