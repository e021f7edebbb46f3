import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// The list of devices: order, filters, CSV, and what is done to many at once.
@Suite struct DeviceBulkTests {
    private static func operating(devices: Int = 3) async throws -> Visitor {
        let visitor = Visitor(try WebFixture(devices: devices, guestsMayLook: false))
        try await visitor.logIn(role: .operator)
        return visitor
    }

    @Test func `the list is sorted by its address, and each heading is a link`() async throws {
        let fixture = try WebFixture(devices: 3)
        var status = DeviceStatus()
        status.uptimeSeconds = 50
        fixture.status.set(status, of: DeviceID(2))
        let up = try await fixture.get("/devices?sort=uptime&order=desc").body
        let first = try #require(up.range(of: "/devices/2\""))
        let second = try #require(up.range(of: "/devices/1\""))
        #expect(first.lowerBound < second.lowerBound)
        #expect(up.contains("aria-sort=\"descending\""))
        let down = try await fixture.get("/devices?order=desc").body
        let last = try #require(down.range(of: "/devices/3\""))
        let before = try #require(down.range(of: "/devices/1\""))
        #expect(last.lowerBound < before.lowerBound)
        let wrong = try await fixture.get("/devices?sort=colour")
        #expect(wrong.status == 400 && wrong.body.contains("no column “colour”"))
    }

    @Test func `a filter by site and tag takes only devices of both`() async throws {
        let fixture = try WebFixture(devices: 12)
        let one = try await fixture.get("/devices?site=sw1-2&tag=sw1-2").body
        #expect(one.contains("1–1 of 1") && one.contains("value=\"sw1-2\" selected"))
        #expect(try await fixture.get("/devices?site=sw1-2&tag=sw1-1").body.contains("No device"))
    }

    @Test func `the CSV holds what the list does, and no formula`() async throws {
        let fixture = try WebFixture(deviceText: "=cmd|' /C calc'!A0")
        let answer = try await fixture.get("/devices.csv?sort=name")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType]?.hasPrefix("text/csv") == true)
        let lines = answer.body.split(separator: "\r\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("id,name,address"))
        #expect(lines[1].contains("'=cmd") && !lines[1].contains(",=cmd"))
        #expect(
            try await fixture.get("/devices.csv?q=nothing").body.split(separator: "\r\n").count == 1
        )
    }

    @Test func `the first form only says what would happen, the second does it`() async throws {
        let visitor = try await Self.operating()
        let trial = try await visitor.post(
            "/devices/bulk",
            [("action", "disable"), ("device", "1"), ("device", "3")])
        #expect(trial.status == 200)
        #expect(trial.body.contains("What would happen") && trial.body.contains("Polled: yes → no"))
        #expect(trial.body.contains("name=\"devices\" value=\"1,3\""))
        #expect(visitor.fixture.operations.changed.withLock { $0.isEmpty })
        let done = try await visitor.post(
            "/devices/bulk/apply", [("action", "disable"), ("devices", "1,3")])
        #expect(done.status == 200 && done.body.contains("Done with 2 devices"))
        let changed = visitor.fixture.operations.changed.withLock { $0 }
        #expect(changed.map(\.0) == [DeviceID(1), DeviceID(3)])
        #expect(changed.allSatisfy { $0.1.isEnabled == false })
    }

    @Test func `all of a list are those that its filter lets through`() async throws {
        let visitor = try await Self.operating(devices: 12)
        let trial = try await visitor.post(
            "/devices/bulk",
            [
                ("action", "site"), ("value", "Bonn"), ("all", "1"), ("query", "q=sw1-1"),
            ])
        // sw1-1, sw1-10, sw1-11 and sw1-12.
        #expect(trial.body.contains("happen to 4 devices") && trial.body.contains("→ Bonn"))
    }

    @Test func `removing says how many files go, and keeps them unless told otherwise`()
        async throws
    {
        let visitor = try await Self.operating()
        let trial = try await visitor.post(
            "/devices/bulk", [("action", "delete"), ("device", "2")])
        #expect(trial.body.contains("would be removed with 1 graphs; files are kept"))
        _ = try await visitor.post(
            "/devices/bulk/apply",
            [("action", "delete"), ("devices", "2"), ("files", "delete")])
        let deleted = visitor.fixture.operations.deleted.withLock { $0.map { "\($0.0) \($0.1)" } }
        #expect(deleted == ["2 false"])
    }

    @Test(arguments: [
        ([("device", "1")], "nothing was chosen to be done"),
        ([("action", "poll")], "no device was chosen"),
        ([("action", "explode"), ("device", "1")], "no action"),
        ([("action", "add_tags"), ("device", "1")], "no tag was given"),
        ([("action", "poll"), ("device", "99")], "no device 99"),
    ])
    func `what makes no sense is refused with a sentence`(
        fields: [(String, String)], words: String
    ) async throws {
        let visitor = try await Self.operating()
        let answer = try await visitor.post("/devices/bulk", fields)
        #expect(answer.status == 400 || answer.status == 404)
        #expect(answer.body.contains(words), "\(answer.body)")
    }

    @Test func `a page polls as many devices as a browser waits for`() async throws {
        let visitor = try await Self.operating(devices: DeviceBulkPages.mostAsked + 1)
        let ids = { (count: Int) in (1...count).map(String.init).joined(separator: ",") }
        let most = try await visitor.post(
            "/devices/bulk/apply",
            [("action", "poll"), ("devices", ids(DeviceBulkPages.mostAsked))])
        #expect(most.status == 200)
        let tooMany = try await visitor.post(
            "/devices/bulk/apply",
            [("action", "poll"), ("devices", ids(DeviceBulkPages.mostAsked + 1))])
        #expect(tooMany.status == 400 && tooMany.body.contains("too many"))
    }
}
