import Foundation

/// A real `rrdcached` in a folder of its own, gone when the test is over. It keeps rows in memory
/// for an hour, so what is read at once has not come from a file of itself.
package final class RealCache {
    package let folder: TemporaryFolder
    package let port: UInt16
    /// Of its Unix socket.
    package var path: String { "\(folder.path)/socket" }
    /// Below which its files lie.
    package var base: String { "\(folder.path)/base" }
    private let options: [String]
    private var program: Program

    /// - Parameter options: besides those that say where things are.
    package init(options: [String] = ["-R"]) async throws {
        folder = try TemporaryFolder()
        for name in ["base", "journal"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
        }
        port = try Ports.freeTCP()
        self.options = options
        program = try Self.start(folder, port, options)
        try await waitUntilReady()
    }

    private static func start(
        _ folder: TemporaryFolder, _ port: UInt16, _ options: [String]
    ) throws -> Program {
        guard let path = Program.find("rrdcached") else {
            throw Unexpected("rrdcached is not installed")
        }
        return try Program(
            path,
            [
                "-g", "-l", "unix:\(folder.path)/socket", "-l", "127.0.0.1:\(port)",
                "-p", "\(folder.path)/pid", "-b", "\(folder.path)/base", "-B",
                "-j", "\(folder.path)/journal", "-w", "3600", "-f", "7200",
            ] + options)
    }

    private func waitUntilReady() async throws {
        try await waitUntil("rrdcached listens") {
            guard program.isRunning else {
                throw Unexpected("rrdcached ended: \(program.errorsSoFar)")
            }
            return (try? LoopbackSocket(.tcp).connect(to: port)) != nil
                && FileManager.default.fileExists(atPath: path)
        }
    }

    /// Ends it at once, as a power failure would but for what the kernel still writes.
    package func kill() async throws {
        program.signal(SIGKILL)
        try await waitUntil("rrdcached has ended") { !program.isRunning }
    }

    /// Ends it in order: with -F all rows are in the files then, and nothing in its journal.
    package func end() async throws {
        program.signal(SIGTERM)
        try await waitUntil("rrdcached has ended") { !program.isRunning }
    }

    package func startAgain() async throws {
        // What it left behind would be taken for one that still runs.
        for name in ["pid", "socket"] { unlink("\(folder.path)/\(name)") }
        program = try Self.start(folder, port, options)
        try await waitUntilReady()
    }

    package func suspend() { program.signal(SIGSTOP) }
    package func resume() { program.signal(SIGCONT) }
}
