import Foundation
import HTTPTypes
import Logging
import PollerDefinitions
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// The two faces with a real register behind them.
struct ShareFixture {
    let folder: TemporaryFolder
    let register: any ShareRegister
    let log = LineLog()
    let web: WebFixture

    init(devices: Int = 2, aggregates: [Aggregate] = []) throws {
        folder = try TemporaryFolder()
        let inventory = try Inventory(
            path: folder.path + "/pollerd.sqlite", catalogue: ShippedCatalogue.catalogue)
        register = inventory
        web = try WebFixture(
            devices: devices, aggregates: aggregates, shares: inventory,
            logger: Logger(label: "test") { [log] _ in log.handler })
    }

    /// Makes a link; what its address has behind the daemon's own.
    func share(_ body: String = "{}", graph: Int = 1) async throws -> String {
        let link = try await link(body, graph: graph)
        try #require(link.url.hasPrefix("http://127.0.0.1:8080/share/plr_s_"))
        return String(link.url.dropFirst("http://127.0.0.1:8080".count))
    }

    func link(_ body: String = "{}", graph: Int = 1) async throws -> SharedLinkReport {
        let answer = try await web.admin(.post, "/api/v1/graphs/\(graph)/shares", body: body)
        guard answer.status == 201 else { throw Unexpected(answer.body) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(SharedLinkReport.self, from: Data(answer.bytes))
    }

    /// What a browser asks for while it shows a page of another site.
    func embedded(_ path: String, method: HTTPRequest.Method = .get) async throws
        -> WebFixture.Answer
    {
        let names = ["Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Origin"]
        let values = ["cross-site", "no-cors", "image", "https://wiki.example.org"]
        let fields = try zip(names, values).map { (try #require(HTTPField.Name($0)), $1) }
        return try await web.get(
            path, headers: fields + [(.accept, "text/html,image/png")],
            host: "graphs.elsewhere.example", method: method)
    }
}

/// Keeps all lines that are logged, of every level, with their fields.
final class LineLog: Sendable {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    var handler: any LogHandler { Handler(log: self) }

    private struct Handler: LogHandler {
        let log: LineLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            log.lines.withLock {
                $0.append("\(event.message) \(metadata) \(event.metadata ?? [:])")
            }
        }
    }
}
