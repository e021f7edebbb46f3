import PollerModel
import ServiceLifecycle
import TestSupport
import Testing

@testable import PollerWeb

/// The pages on a port of their own, as long as somebody has it.
final class LiveServer: Sendable {
    let port: UInt16
    private let task: Task<Void, any Error>

    init(_ fixture: WebFixture, limits: ConnectionLimits = ConnectionLimits()) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: UInt16.self)
        let service = try fixture.service(limits: limits) { continuation.yield($0) }
        task = Task { try await service.run() }
        var iterator = ports.makeAsyncIterator()
        port = try #require(await iterator.next())
    }

    deinit { task.cancel() }
}
