import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct ExplainTests {
    private static let paths = [
        "/explain/device/1", "/explain/data-source/1", "/explain/graph/1",
    ]

    @Test(arguments: paths)
    func `a device that does not answer is the headline everywhere, with the way out`(
        path: String
    ) async throws {
        let fixture = try WebFixture()
        var down = DeviceStatus()
        down.beDown()
        down.failure = .portClosed(port: 161)
        down.lastPoll = fixture.clock.now.wall
        fixture.status.set(device: down)
        let page = try await fixture.get(path)
        #expect(page.status == 200)
        #expect(page.body.contains("UDP port 161 is closed"))
        // Above the chain and at the stage that failed, and at no other.
        let fixes = page.body.components(separatedBy: "What to do: start the SNMP agent")
        #expect(fixes.count == 3, "\(page.body)")
        #expect(page.body.contains("<code>port_closed</code>"))
        let report = try await fixture.get("/api/v1\(path)").body
        #expect(report.contains("\"ok\":false") && report.contains("\"reason\":\"port_closed\""))
        #expect(report.contains("\"stage\":\"answered\""))
    }

    @Test func `the data sources of a device are told by what is wrong with them`() async throws {
        let fixture = try WebFixture()
        var up = DeviceStatus()
        up.lastPoll = fixture.clock.now.wall
        up.lastAnswer = up.lastPoll
        let absent = UnknownReason.absent(
            object: OID([1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 3]), exception: "noSuchInstance")
        fixture.status.set(
            device: up,
            source: SourceStatus(
                items: [.init(name: "in", raw: nil, shown: .failure(absent))],
                sampledAt: fixture.clock.now.wall))
        let page = try await fixture.get("/explain/device/1").body
        #expect(page.contains("1 × value present: object_absent"))
        #expect(page.contains("href=\"/explain/data-source/1\""))
    }

    @Test(arguments: ["/explain/device/9", "/explain/graph/9", "/explain/toaster/1"])
    func `what is not there is said`(path: String) async throws {
        #expect(try await WebFixture().get(path).status == 404)
    }

    @Test func `a range that is no range is refused in words`() async throws {
        let answer = try await WebFixture().get("/explain/graph/1?from=yesterday")
        #expect(answer.status == 400 && answer.body.contains("is no time"))
    }

    @Test(arguments: hostileTexts)
    func `device text is text on these pages too`(hostile: String) async throws {
        let fixture = try WebFixture(deviceText: hostile)
        for path in Self.paths {
            let body = try await fixture.get(path).body
            #expect(!body.contains("<script>alert") && !body.contains("<img src=x"))
        }
    }
}
