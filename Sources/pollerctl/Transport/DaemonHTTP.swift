import Foundation

/// One HTTP/1.1 exchange (RFC 9112): as much as talking to our own daemon takes.
struct DaemonHTTP {
    /// Answers are listings; larger ones come in pages.
    static let largestBody = 256 << 20
    /// Silence of the daemon after which it counts as hung. Testing a device may take the
    /// longest time-out (60 s) eleven times.
    static let silenceSeconds = 700

    let endpoint: Endpoint
    /// Whose first line is the token for a daemon elsewhere (RFC 6750).
    let tokenFile: String?

    struct Answer {
        let status: Int
        let headers: [String: String]
        let body: Data
    }

    /// - Parameter onLine: hears each line of the body as it arrives.
    func exchange(
        _ method: String, _ target: String, json: Data? = nil,
        onLine: ((Data) throws -> Void)? = nil
    ) throws -> Answer {
        let token = try tokenFile.map { try SecretFile.firstLine(of: $0, "token") }
        let connection = try DaemonConnection(endpoint, silenceSeconds: Self.silenceSeconds)
        var head = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
        head += "Accept: application/json\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if let json {
            head += "Content-Type: application/json\r\nContent-Length: \(json.count)\r\n"
        }
        try connection.write(Data((head + "\r\n").utf8) + (json ?? Data()))
        return try read(connection, onLine: onLine)
    }

    private var host: String {
        switch endpoint {
        case .unix: "localhost"
        case .tcp(let host, let port):
            (host.contains(":") ? "[\(host)]" : host) + (port == 80 ? "" : ":\(port)")
        }
    }

    private func read(_ connection: DaemonConnection, onLine: ((Data) throws -> Void)?) throws
        -> Answer
    {
        let statusLine = try connection.readLine().split(separator: " ")
        guard statusLine.count >= 2, statusLine[0].hasPrefix("HTTP/1."),
            let status = Int(statusLine[1])
        else { throw unintelligible("its first line is no HTTP status") }
        var headers: [String: String] = [:]
        while case let line = try connection.readLine(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        var body = Data()
        var lines = LineSplitter()
        let take = { (piece: Data) in
            body += piece
            guard body.count <= Self.largestBody else {
                throw unintelligible("its answer is too long")
            }
            if let onLine { try lines.split(piece, onLine) }
        }
        if headers["transfer-encoding"]?.lowercased() == "chunked" {
            while let chunk = try readChunk(connection) { try take(chunk) }
        } else if let text = headers["content-length"] {
            guard let length = Int(text), (0...Self.largestBody).contains(length) else {
                throw unintelligible("its answer has no length that makes sense")
            }
            try take(connection.read(exactly: length))
        }
        return Answer(status: status, headers: headers, body: body)
    }

    /// RFC 9112 §7.1; nil after the last chunk.
    private func readChunk(_ connection: DaemonConnection) throws -> Data? {
        let line = try connection.readLine()
        guard let size = Int(line.prefix { $0.isHexDigit }, radix: 16), size <= Self.largestBody
        else { throw unintelligible("a chunk has no length") }
        let chunk = size > 0 ? try connection.read(exactly: size) : nil
        _ = try connection.readLine()
        return chunk
    }

    private func unintelligible(_ words: String) -> CommandFailure {
        CommandFailure(
            "\(endpoint.text): what answers is not pollerd: \(words)", exitCode: .daemonUnreachable)
    }
}

/// Lines of a body that arrives in pieces.
private struct LineSplitter {
    private var rest = Data()

    mutating func split(_ piece: Data, _ onLine: (Data) throws -> Void) throws {
        rest += piece
        while let end = rest.firstIndex(of: 0x0a) {
            try onLine(rest[..<end])
            rest = Data(rest[rest.index(after: end)...])
        }
    }
}
