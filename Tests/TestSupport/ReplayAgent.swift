import Foundation
import Synchronization

/// Recorded agents that answer as `replayagent` serves them, gone when the test is over.
///
/// The program is compiled once in a test run, from the folder beside the project.
package final class ReplayAgent: Sendable {
    /// The same at all addresses.
    package let port: UInt16
    private let program: Program
    private let folder: TemporaryFolder
    private let addresses: [String: String]
    /// Lines of its output that are no answers to commands.
    private let greeting: Int
    private let commands = Mutex(0)

    private static let mostAttempts = 5

    package static var isAvailable: Bool {
        Places.shared != nil && Program.find("gcc") != nil && Program.find("bzip2") != nil
    }

    /// Waits until the agents answer.
    ///
    /// - Parameters:
    ///   - recordings: names without an extension, such as `linux-centos7`.
    ///   - options: of the program, such as `["-T", "manual", "-F", "renumber=60"]`; the port, the
    ///     map and the way for commands are chosen here. The first address is 127.1.0.1, unless
    ///     `-a` says another.
    package init(recordings: [String], options: [String] = []) async throws {
        let tool = try await ReplayProgram.compiled.value
        let paths = try recordings.map(Self.path)
        folder = try TemporaryFolder()
        let (map, way) = ("\(folder.path)/map", "\(folder.path)/commands")
        var attempts = 0
        while true {
            let port = try Ports.freeUDP()
            let program = try Program(
                tool.path, ["-p", "\(port)", "-M", map, "-C", way] + options + paths)
            try await waitUntil("replayagent is ready", seconds: 60) {
                program.outputSoFar.contains("\nready: ") || !program.isRunning
            }
            if program.isRunning {
                (self.port, self.program) = (port, program)
                break
            }
            attempts += 1
            // Somebody else may have taken the port that was free.
            guard program.errorsSoFar.contains("bind"), attempts < Self.mostAttempts else {
                throw Unexpected("replayagent ended: \(program.errorsSoFar)")
            }
        }
        greeting = program.outputSoFar.split(separator: "\n").count
        addresses = try Self.addresses(map)
    }

    /// Where the agent of a recording answers.
    package func address(of recording: String) throws -> String {
        guard let address = addresses[recording] else {
            throw Unexpected("replayagent does not serve \(recording)")
        }
        return address
    }

    /// Sends a command, such as `t 60`, and returns its answer, such as `ok t=60.000`.
    @discardableResult
    package func control(_ command: String) async throws -> String {
        // Answers come in the order of the commands.
        let number = try commands.withLock { count in
            let way = try FileHandle(forWritingTo: URL(filePath: "\(folder.path)/commands"))
            try way.write(contentsOf: Data("\(command)\n".utf8))
            try way.close()
            defer { count += 1 }
            return greeting + count
        }
        let answer = try await waitFor("the answer to “\(command)”") { () -> String? in
            // Behind the last line break stands a line that may not be whole yet.
            let lines = program.outputSoFar.split(
                separator: "\n", omittingEmptySubsequences: false
            ).dropLast()
            return number < lines.count ? String(lines[number]) : nil
        }
        guard answer.hasPrefix("ok") else { throw Unexpected("“\(command)”: \(answer)") }
        return answer
    }

    private static func path(_ recording: String) throws -> String {
        let folder = "\(Places.shared ?? "")/devices/recordings"
        for ending in ["snmprec", "snmprec.bz2"] {
            let path = "\(folder)/\(recording).\(ending)"
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw Unexpected("there is no recording \(recording)")
    }

    /// Of recordings that answer at several addresses the first one.
    private static func addresses(_ map: String) throws -> [String: String] {
        struct Place: Decodable {
            let address: String
            let name: String
        }
        let places = try JSONDecoder().decode(
            [Place].self, from: Data(contentsOf: URL(filePath: map)))
        return Dictionary(
            places.map { ($0.name, $0.address) }, uniquingKeysWith: { first, _ in first })
    }
}

/// The compiled `replayagent`.
private struct ReplayProgram: Sendable {
    let path: String
    private let folder: TemporaryFolder

    /// Whoever needs it first starts the compiler; the others wait for the same.
    static let compiled = Task { try await ReplayProgram() }

    private init() async throws {
        guard let shared = Places.shared, let compiler = Program.find("gcc") else {
            throw Unexpected("there is nothing to compile replayagent from or with")
        }
        folder = try TemporaryFolder()
        path = "\(folder.path)/replayagent"
        let result = try await Program.run(
            compiler,
            ["-O2", "-o", path, "\(shared)/tools/replayagent.c", "-lm", "-lpthread"], seconds: 300)
        guard result.status == 0 else { throw Unexpected("gcc: \(result.errors)") }
    }
}
