import Foundation
import FoundationNetworking
import PollerModel
import PollerSimulator
import TestSupport
import Testing

/// `pollerctl` where things are not as they should be.
@Suite struct CommandTests {
    @Test func `a port that the kernel chose is announced by its number`() async throws {
        let daemon = try await Daemon(port: 0)
        let status = try await daemon.json(StatusReport.self, ["status"])
        let url = try #require(URL(string: status.url))
        #expect(url.port ?? 0 > 0)
        #expect(daemon.log.contains("pages are at \(status.url) "))
        let (body, _) = try await URLSession.shared.data(from: url)
        #expect(String(decoding: body, as: UTF8.self).contains("<!doctype html>"))
        _ = try await daemon.stop()
    }
}
