import Foundation

/// A real `snmpd` on a loopback port, gone when the test is over.
package final class RealAgent: Sendable {
    package let port: UInt16
    /// Where it keeps what it remembers over restarts.
    package let folder: TemporaryFolder
    private let program: Program
    private static let mostAttempts = 5

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
        let file = try self.folder.write(configuration, to: "snmpd.conf")
        guard let path = Program.find("snmpd") else {
            throw Unexpected("snmpd is not installed")
        }
        var attempts = 0
        while true {
            let place = try port ?? Ports.freeUDP()
            let program = try Program(
                path, ["-f", "-Lo", "-C", "-c", file, "udp:\(address):\(place)"],
                environment: ["SNMP_PERSISTENT_DIR": self.folder.path])
            try await waitUntil("snmpd has started") {
                program.outputSoFar.contains("NET-SNMP version") || !program.isRunning
            }
            if program.isRunning {
                (self.port, self.program) = (place, program)
                return
            }
            attempts += 1
            // Somebody else may have taken the port that was free.
            guard port == nil, attempts < Self.mostAttempts else {
                throw Unexpected("snmpd ended: \(program.outputSoFar)")
            }
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
