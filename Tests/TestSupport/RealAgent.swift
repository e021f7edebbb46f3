import Foundation

/// A real `snmpd` on a loopback port, gone when the test is over.
package final class RealAgent: Sendable {
    package let port: UInt16
    /// Where it keeps what it remembers over restarts.
    package let folder: TemporaryFolder
    private let program: Program

    package static var isInstalled: Bool { Program.find("snmpd") != nil }

    /// - Parameters:
    ///   - configuration: lines of snmpd.conf; by default community public sees all.
    ///   - address: where it listens; 0.0.0.0 makes it an agent at each address of 127.0.0.0/8.
    ///   - port: that of an agent it takes the place of.
    ///   - folder: that of an agent which starts again.
    package init(
        configuration: String = "rocommunity public 127.0.0.1\n", address: String = "127.0.0.1",
        port: UInt16? = nil, folder: TemporaryFolder? = nil
    ) async throws {
        self.folder = try folder ?? TemporaryFolder()
        self.port = try port ?? Ports.freeUDP()
        let file = try self.folder.write(configuration, to: "snmpd.conf")
        guard let path = Program.find("snmpd") else {
            throw Unexpected("snmpd is not installed")
        }
        program = try Program(
            path, ["-f", "-Lo", "-C", "-c", file, "udp:\(address):\(self.port)"],
            environment: ["SNMP_PERSISTENT_DIR": self.folder.path])
        try await waitUntil("snmpd has started") { [program] in
            program.outputSoFar.contains("NET-SNMP version") || !program.isRunning
        }
        guard program.isRunning else {
            throw Unexpected("snmpd ended: \(program.outputSoFar)")
        }
    }

    package func stop() { program.signal(SIGTERM) }

    /// Stops it and waits for its end, so that another can take its place.
    package func end() async throws {
        stop()
        try await waitUntil("snmpd has ended") { [program] in !program.isRunning }
    }

    package func suspend() { program.signal(SIGSTOP) }
    package func resume() { program.signal(SIGCONT) }
}
