import Foundation

/// A real `rrdcached` in a folder of its own, gone when the test is over. It keeps rows in memory
/// for an hour, so what is read at once has not come from a file of itself.
package final class RealCache {
    package let folder: TemporaryFolder
    /// Of its Unix socket.
    package var path: String { "\(folder.path)/socket" }
    /// Below which its files lie.
    package var base: String { "\(folder.path)/base" }
    private let options: [String]
    private var program: Program

    /// - Parameter options: besides those that say where things are, for example where it
    ///   listens too.
    package init(options: [String] = ["-R"]) async throws {
        folder = try TemporaryFolder()
        for name in ["base", "journal"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
        }
        self.options = options
        program = try Self.start(folder, options)
        try await waitUntilReady()
    }

    private static func start(
        _ folder: TemporaryFolder, _ options: [String]
    ) throws -> Program {
        guard let path = Program.find("rrdcached") else {
            throw Unexpected("rrdcached is not installed")
        }
        return try Program(
            path,
            options + [
                // It opens sockets in this order: when this one is there, so are the others.
                "-g", "-l", "unix:\(folder.path)/socket", "-p", "\(folder.path)/pid", "-b",
                "\(folder.path)/base", "-B",
                "-j", "\(folder.path)/journal", "-w", "3600", "-f", "7200",
            ])
    }

    private func waitUntilReady() async throws {
        try await waitUntil("rrdcached listens") {
            guard program.isRunning else {
                throw Unexpected("rrdcached ended: \(program.errorsSoFar)")
            }
            return isListening
        }
    }

    private var isListening: Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
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
        program = try Self.start(folder, options)
        try await waitUntilReady()
    }

    /// Stops it, and returns when each of its threads has stopped.
    package func suspend() async throws {
        program.signal(SIGSTOP)
        let threads = "/proc/\(program.processIdentifier)/task"
        try await waitUntil("rrdcached is stopped") {
            try FileManager.default.contentsOfDirectory(atPath: threads).allSatisfy {
                // One that ended meanwhile is looked for again.
                let text = try? String(contentsOfFile: "\(threads)/\($0)/stat", encoding: .utf8)
                return text?.contains(") T ") == true
            }
        }
    }

    package func resume() { program.signal(SIGCONT) }
}
