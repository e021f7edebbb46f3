import Foundation
import FoundationNetworking
import PollerModel
import TestSupport

/// The built `pollerd` in a folder of its own, and `pollerctl` beside it.
final class Daemon: Sendable {
    let folder: TemporaryFolder
    let port: UInt16
    let state: String
    let program: Program

    /// Where the programs are: beside the tests, or in $POLLERD_TEST_BIN.
    static func product(_ name: String) throws -> String {
        if let folder = ProcessInfo.processInfo.environment["POLLERD_TEST_BIN"] {
            return "\(folder)/\(name)"
        }
        return try Places.product(name)
    }

    /// Starts it, by way of `wrapper` where one is given, and waits until it is ready.
    ///
    /// - Parameters:
    ///   - listen: where the pages are, when not on the port.
    ///   - web: more settings of the section, each behind a comma.
    ///   - prepare: puts files of its own into the folder before.
    init(
        wrapper: (path: String, arguments: [String])? = nil, port: UInt16? = nil,
        moreSettings: String = "", state: String = "state", listen: String? = nil,
        web: String = "", access: String = "guest: true", watchesItself: Bool = false,
        prepare: (TemporaryFolder) throws -> Void = { _ in }
    ) async throws {
        folder = try TemporaryFolder()
        try prepare(folder)
        self.port = try port ?? Ports.freeTCP()
        self.state = state.hasPrefix("/") ? state : "\(folder.path)/\(state)"
        let settings = try Self.writeSettings(
            in: folder, port: self.port, state: state, listen: listen, web: web, access: access,
            watchesItself: watchesItself, more: moreSettings)
        let pollerd = try Self.product("pollerd")
        let arguments = ["--config", settings]
        if let wrapper {
            program = try Program(wrapper.path, wrapper.arguments + [pollerd] + arguments)
        } else {
            program = try Program(pollerd, arguments)
        }
        try await waitUntil("pollerd is ready", seconds: 60) { [self] in
            guard program.isRunning else {
                throw Unexpected("pollerd ended: \(program.errorsSoFar)")
            }
            return try await control(["status"]).status == 0
        }
    }

    /// The settings of a daemon that lives in `folder`.
    static func writeSettings(
        in folder: TemporaryFolder, port: UInt16, state: String = "state", listen: String? = nil,
        web: String = "", access: String = "guest: true", watchesItself: Bool = false,
        more: String = ""
    ) throws -> String {
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/state", withIntermediateDirectories: true)
        return try folder.write(
            """
            web: {listen: "\(listen ?? "127.0.0.1:\(port)")"\(web)}
            access: {\(access)}
            admin: {socket: pollerd.sock}
            state: {folder: "\(state)"}
            resources: {folder: "\(Places.resources)", site_folder: site}
            self_monitoring: {enabled: \(watchesItself)}
            \(more)
            """, to: "pollerd.yaml")
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var log: String { program.errorsSoFar }

    /// Runs `pollerctl`.
    func control(_ arguments: [String], seconds: Int = 60) async throws -> Program.Result {
        try await Program.run(
            Self.product("pollerctl"), arguments,
            environment: ["POLLERD_SOCKET": folder.path + "/pollerd.sock"], seconds: seconds)
    }

    /// Runs `pollerctl … -o json`, which must succeed.
    func json<Value: Decodable>(_ type: Value.Type, _ arguments: [String]) async throws -> Value {
        let result = try await control(arguments + ["-o", "json"])
        guard result.status == 0 else { throw Unexpected("\(arguments): \(result.errors)") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(result.output.utf8))
    }

    /// Fetches a path of the public address.
    func fetch(_ path: String) async throws -> (status: Int, body: Data, headers: [String: String])
    {
        guard let url = URL(string: url + path) else { throw Unexpected(path) }
        let (body, response) = try await URLSession.shared.data(from: url)
        guard let response = response as? HTTPURLResponse else { throw Unexpected(path) }
        var headers: [String: String] = [:]
        for (name, value) in response.allHeaderFields {
            headers["\(name)".lowercased()] = "\(value)"
        }
        return (response.statusCode, body, headers)
    }

    /// SIGTERM, and the end. Not to the program, which may be a wrapper, but to whoever holds
    /// the state folder.
    func stop() async throws -> Program.Result {
        let holder = try String(contentsOfFile: state + "/pollerd.lock", encoding: .utf8)
        guard let process = Int32(holder.prefix { $0.isNumber }) else { throw Unexpected(holder) }
        kill(process, SIGTERM)
        return try await program.finish()
    }
}
