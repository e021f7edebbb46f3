package import Foundation
import Synchronization

/// Another program, run by a test. The product itself never starts one.
///
/// Through posix_spawn and waitpid: Foundation's `Process` learns of an end through a socket that
/// programs started meanwhile inherit, and then never does.
package final class Program: Sendable {
    package struct Result: Sendable {
        /// The exit status, or minus the signal that ended it.
        package let status: Int32
        package let output: String
        package let bytes: Data
        package let errors: String
    }

    package let processIdentifier: Int32
    private let path: String
    private let folder: TemporaryFolder
    private let ended = Mutex<Int32?>(nil)

    /// Starts the program at once. What it writes goes to files.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws {
        self.path = path
        folder = try TemporaryFolder()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, "\(folder.path)/output", flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "\(folder.path)/errors", flags, 0o600)
        // The threads of the pool block signals, and a program inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var process = pid_t()
        let code = Self.withVector([path] + arguments) { arguments in
            Self.withVector(variables.map { "\($0)=\($1)" }) { variables in
                posix_spawn(&process, path, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw Unexpected("\(path): \(String(cString: strerror(code)))") }
        processIdentifier = process
        CleanUp.add(process: process)
    }

    deinit {
        guard isRunning else { return }
        kill(processIdentifier, SIGKILL)
        waitpid(processIdentifier, nil, 0)
        CleanUp.forget(process: processIdentifier)
    }

    private static func withVector<Value>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let owned = texts.map { strdup($0) }
        defer { for text in owned { free(text) } }
        return body(owned + [nil])
    }

    package var isRunning: Bool {
        ended.withLock { ended in
            var status: Int32 = 0
            guard ended == nil, waitpid(processIdentifier, &status, WNOHANG) == processIdentifier
            else { return ended == nil }
            let signal = status & 0x7f
            CleanUp.forget(process: processIdentifier)
            ended = signal == 0 ? status >> 8 & 0xff : -signal
            return false
        }
    }

    package var outputSoFar: String { String(decoding: bytes("output"), as: UTF8.self) }
    package var errorsSoFar: String { String(decoding: bytes("errors"), as: UTF8.self) }

    private func bytes(_ name: String) -> Data {
        // Until the program has opened it, there is no file.
        (try? Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))) ?? Data()
    }

    package func signal(_ number: Int32) { kill(processIdentifier, number) }

    /// Waits for the end.
    package func finish(seconds: Int = 60) async throws -> Result {
        do {
            try await waitUntil("the end of \(path)", seconds: seconds) { !isRunning }
        } catch {
            signal(SIGKILL)
            throw Unexpected("\(error)\n\(outputSoFar)\(errorsSoFar)")
        }
        return Result(
            status: ended.withLock { $0 } ?? 0, output: outputSoFar, bytes: bytes("output"),
            errors: errorsSoFar)
    }

    /// Runs a program to its end.
    package static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:],
        seconds: Int = 60
    ) async throws -> Result {
        try await Program(path, arguments, environment: environment).finish(seconds: seconds)
    }

    /// Where a program is; nil when it is not installed.
    package static func find(_ name: String) -> String? {
        let folders =
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map(String.init) + ["/usr/sbin", "/sbin"]
        return folders.map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}

/// Where things are.
package enum Places {
    /// The root of the project.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

    package static var resources: String { root + "Resources" }

    /// The folder beside the project with simulated agents and recordings; nil where it is not.
    package static var shared: String? {
        let path = URL(filePath: root).deletingLastPathComponent().appending(path: "shared")
            .path(percentEncoded: false)
        return FileManager.default.fileExists(atPath: "\(path)/tools") ? path : nil
    }

    /// A program of this package, built with the tests.
    package static func product(_ name: String) throws -> String {
        // The test bundle lies beside the programs.
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        var candidate = folder
        for _ in 0..<4 {
            let path = candidate.appending(path: name).path(percentEncoded: false)
            if FileManager.default.isExecutableFile(atPath: path) { return path }
            candidate = candidate.deletingLastPathComponent()
        }
        let path = root + ".build/debug/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Unexpected("\(name) was not built")
        }
        return path
    }

    /// Whether long tests are left out (`deploy/test --fast`).
    package static var isFast: Bool {
        ProcessInfo.processInfo.environment["POLLERD_TEST_FAST"] != nil
    }
}
