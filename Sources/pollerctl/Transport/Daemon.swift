import ArgumentParser
import Foundation
import PollerDefinitions
import PollerModel

/// Where the daemon is.
struct DaemonOptions: ParsableArguments {
    /// Where an installed daemon has it.
    static let defaultSocket = Settings().admin.socket

    @Option(help: "Admin socket of pollerd.", completion: .file())
    var socket: String?

    @Option(help: "Address of a pollerd elsewhere: http://HOST:PORT. Needs --token-file.")
    var server: String?

    @Option(
        help: "File whose first line is a token (pollerctl token create).", completion: .file())
    var tokenFile: String?

    /// What was asked for and cannot be is said before anything else is done.
    func validate() throws { _ = try endpoint() }

    var daemon: Daemon {
        do {
            return Daemon(http: DaemonHTTP(endpoint: try endpoint(), tokenFile: tokenFile))
        } catch {
            preconditionFailure("the options were validated: \(error)")
        }
    }

    /// The admin socket of a daemon on this machine.
    var socketPath: String {
        socket ?? ProcessInfo.processInfo.environment["POLLERD_SOCKET"] ?? Self.defaultSocket
    }

    /// The same, but where somebody names settings and no socket, they say where the daemon
    /// listens.
    ///
    /// - Parameter file: of the settings; nil: nobody named any.
    func following(_ file: String?, _ settings: Settings) -> DaemonOptions {
        var options = self
        if server == nil, socket == nil, file != nil { options.socket = settings.admin.socket }
        return options
    }

    private func endpoint() throws -> Endpoint {
        guard let server else {
            guard tokenFile == nil else {
                throw ValidationError("--token-file is for --server; the admin socket needs none.")
            }
            return .unix(path: socketPath)
        }
        guard socket == nil, let tokenFile, tokenFile != "-" else {
            throw ValidationError("--server needs --token-file, and excludes --socket.")
        }
        guard let url = URLComponents(string: server), let host = url.host, !host.isEmpty,
            url.user == nil, url.query == nil, ["", "/"].contains(url.path)
        else { throw ValidationError("--server is http://HOST:PORT, not “\(server)”.") }
        guard url.scheme == "http" else {
            throw ValidationError(
                """
                pollerctl speaks no TLS: use ssh -L 8080:127.0.0.1:8080 HOST, and --server \
                http://127.0.0.1:8080.
                """)
        }
        guard let port = UInt16(exactly: url.port ?? 80), port > 0 else {
            throw ValidationError("--server has no port of TCP.")
        }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return .tcp(host: bare, port: port)
    }
}

/// The daemon's API.
struct Daemon {
    let http: DaemonHTTP

    private static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    /// Devices of a listing, as far as a table shows them.
    ///
    /// - Parameter criteria: which; all by default.
    func summaries(_ criteria: DeviceCriteria = DeviceCriteria()) throws -> [DeviceSummary] {
        var devices: [DeviceSummary] = []
        var cursor: String?
        repeat {
            let path = criteria.path(
                with: [("view", "summary")] + (cursor.map { [("cursor", $0)] } ?? []))
            let page = try Self.understood {
                // Its keys are named as they are sent.
                try JSONDecoder().decode(
                    ListReport<DeviceSummary>.self, from: succeed(http.exchange("GET", path)).body)
            }
            devices += page.items
            cursor = page.next
        } while cursor != nil
        return devices
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ data: Data) throws -> Value {
        try understood { try decoder().decode(type, from: data) }
    }

    private static func understood<Value>(_ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch let error as DecodingError {
            throw CommandFailure(
                "pollerd's answer is not understood: \(error)",
                fix: "use the pollerctl of the same version: pollerctl version")
        }
    }

    func get<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
        try Self.decode(type, succeed(http.exchange("GET", path)).body)
    }

    func getBytes(_ path: String) throws -> Data { try succeed(http.exchange("GET", path)).body }

    func post<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
        try Self.decode(type, succeed(http.exchange("POST", path)).body)
    }

    func post<Value: Decodable>(
        _ path: String, _ order: some Encodable, as type: Value.Type
    ) throws -> Value {
        let body = try JSONText.encode(order)
        return try Self.decode(type, succeed(http.exchange("POST", path, json: body)).body)
    }

    func postForBytes(_ path: String, _ order: some Encodable) throws -> Data {
        try succeed(http.exchange("POST", path, json: try JSONText.encode(order))).body
    }

    /// Where the answer says no more than that it was done.
    func post(_ path: String, _ order: some Encodable) throws {
        _ = try succeed(http.exchange("POST", path, json: try JSONText.encode(order)))
    }

    func patch<Value: Decodable>(
        _ path: String, _ order: some Encodable, as type: Value.Type
    ) throws -> Value {
        let body = try JSONText.encode(order)
        return try Self.decode(type, succeed(http.exchange("PATCH", path, json: body)).body)
    }

    func delete(_ path: String) throws { _ = try succeed(http.exchange("DELETE", path)) }

    /// All pages of a listing.
    func list<Item: Decodable & Sendable>(_ path: String, of type: Item.Type) throws -> [Item] {
        var items: [Item] = []
        var cursor: String?
        let separator = path.contains("?") ? "&" : "?"
        repeat {
            let page = try get(
                path + (cursor.map { "\(separator)cursor=\($0)" } ?? ""), as: ListReport<Item>.self)
            items += page.items
            cursor = page.next
        } while cursor != nil
        return items
    }

    /// Sends an order and hears the events it causes, as they happen.
    func order(
        _ path: String, _ order: some Encodable, onEvent: (OperationEvent) throws -> Void
    ) throws {
        let body = try JSONText.encode(order)
        let answer = try withoutActuallyEscaping(onEvent) { onEvent in
            try http.exchange("POST", path, json: body) { line in
                try onEvent(Self.decode(OperationEvent.self, line))
            }
        }
        _ = try succeed(answer)
    }

    private func succeed(_ answer: DaemonHTTP.Answer) throws -> DaemonHTTP.Answer {
        guard answer.status >= 400 else { return answer }
        throw CommandFailure(try Self.decode(ProblemReport.self, answer.body))
    }

    /// The profile of this name.
    func profile(_ name: String) throws -> ProfileReport {
        let profiles = try list("/api/v1/profiles", of: ProfileReport.self)
        guard let profile = profiles.first(where: { $0.name == name }) else {
            throw CommandFailure(
                "there is no profile “\(name)”"
                    + Suggestion.phrase(for: name, among: profiles.map(\.name)),
                fix: "see pollerctl profile list", exitCode: .notFound)
        }
        return profile
    }

    /// The device an argument names: by id, or by name.
    func device(_ text: String) throws -> DeviceReport {
        if let id = DeviceID(text: text) {
            return try get("/api/v1/devices/\(id)", as: DeviceReport.self)
        }
        // An empty name would be no filter at all.
        let named =
            try text.isEmpty
            ? []
            : list("/api/v1/devices?name=\(QueryText.escaped(text))", of: DeviceReport.self)
        if let device = named.first { return device }
        // Only who is not there is looked for among all.
        let other = try Self.device(text, among: summaries())
        return try get("/api/v1/devices/\(other.id)", as: DeviceReport.self)
    }

    /// The one of `devices` that an argument names.
    static func device(_ text: String, among devices: [DeviceSummary]) throws -> DeviceSummary {
        let id = DeviceID(text: text)
        let matching = devices.filter { device in
            id.map { device.id == $0 } ?? (device.name.lowercased() == text.lowercased())
        }
        guard let device = matching.first else {
            throw CommandFailure(
                "there is no device “\(text)”"
                    + Suggestion.phrase(for: text, among: devices.map(\.name)),
                fix: "see pollerctl device list", exitCode: .notFound)
        }
        return device
    }
}
