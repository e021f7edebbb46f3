import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct MetricsRouteTests {
    private static let openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    private static let plain = "text/plain; version=0.0.4; charset=utf-8"

    @Test(arguments: [
        (String?.none, MetricText.Format?.some(.prometheus)), ("", .prometheus),
        ("*/*", .prometheus), ("text/plain", .prometheus), ("text/html,*/*;q=0.8", .prometheus),
        ("application/openmetrics-text", .openMetrics),
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
                + "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
        ),
        ("application/openmetrics-text;q=0.2, text/plain;q=0.9", .prometheus),
        ("Application/OpenMetrics-Text", .openMetrics),
        ("application/openmetrics-text;q=0", nil), ("text/html", nil), ("image/png", nil),
    ])
    func `the format is what the field Accept says`(
        accepted: String?, format: MetricText.Format?
    ) {
        #expect(MetricsRoute.format(accepted: accepted) == format)
    }

    @Test func `both formats come with their types, and nothing else is sent`() async throws {
        let fixture = try WebFixture()
        let plain = try await fixture.get("/metrics", headers: [])
        #expect(plain.status == 200)
        #expect(plain.headers[.contentType] == Self.plain)
        #expect(plain.body.hasPrefix("# HELP pollerd_build_info "))
        let open = try await fixture.get(
            "/metrics", headers: [(.accept, "application/openmetrics-text")])
        #expect(open.headers[.contentType] == Self.openMetrics)
        #expect(open.body.hasSuffix("# EOF\n"))
        let page = try await fixture.get("/metrics", headers: [(.accept, "image/png")])
        #expect(page.status == 406)
        #expect(page.body.contains("\"not_acceptable\""))
    }

    @Test func `who has not logged in is told to, and who sees a part is refused`()
        async throws
    {
        let fixture = try WebFixture(guestsMayLook: false)
        try await Visitor(fixture).logIn("other")
        let stranger = try await fixture.get("/metrics", headers: [(.accept, "text/plain")])
        #expect(stranger.status == 401)
        let part = Visitor(fixture)
        try await part.logIn("part", role: .viewer, scope: .parts([.site("Berlin")]))
        #expect(try await part.get("/metrics", accept: "text/plain").status == 403)
        let whole = Visitor(fixture)
        try await whole.logIn("whole", role: .viewer)
        #expect(try await whole.get("/metrics", accept: "text/plain").status == 200)
        #expect(try await fixture.admin(.get, "/metrics").status == 200)
    }

    @Test func `answers are counted by what they are for and how they ended`() async throws {
        let fixture = try WebFixture()
        for path in ["/devices", "/devices/1", "/api/v1/devices", "/devices/77", "/nothing"] {
            _ = try await fixture.get(path)
        }
        let counted = fixture.services.workings.numbers.responses
        #expect(counted[.init(.pages, status: 200)] == 2)
        #expect(counted[.init(.api, status: 200)] == 1)
        #expect(counted[.init(.pages, status: 404)] == 1)
        #expect(counted[.init(.other, status: 404)] == 1)
        let text = try await fixture.get("/metrics", headers: []).body
        #expect(
            text.contains("\npollerd_http_requests_total{group=\"pages\",status=\"2xx\"} 2\n"))
    }

    @Test func `no text of a device is in the metrics`() async throws {
        let fixture = try WebFixture(devices: 1, deviceText: "c4nary\"}\n")
        var status = DeviceStatus()
        let failure = SNMPFailure.nameNotResolved(name: "c4nary", detail: "c4nary\"}\n")
        status.failure = failure
        fixture.status.set(device: status)
        let text = try await fixture.get("/metrics", headers: []).body
        #expect(text.contains("\npollerd_data_sources 1\n"))
        #expect(text.contains("\npollerd_devices_failing{reason=\"\(failure.code)\"} 1\n"))
        #expect(!text.contains("c4nary"))
    }
}

@Suite struct DaemonDevicePageTests {
    /// The fixture with the daemon beside its device.
    private func fixture() throws -> WebFixture {
        let fixture = try WebFixture()
        let definitions = fixture.inventory.definitions
        let template = try #require(definitions.devices[DeviceID(1)])
        var device = Device(
            id: DeviceID(50), name: "pollerd",
            target: SNMPTarget(host: .daemon, credentials: .community(Secret(""))),
            step: template.device.step, template: "pollerd", system: SystemDescription(),
            createdAt: template.device.createdAt)
        device.tags = ["own"]
        fixture.inventory.set(
            definitions.replacing(
                DeviceID(50),
                with: DeviceDefinition(
                    device: device, rows: [],
                    dataSources: [
                        DataSource(
                            id: DataSourceID(50), device: DeviceID(50),
                            template: "pollerd_memory", row: nil, profile: "one_minute",
                            width: .wide, createdAt: device.createdAt)
                    ],
                    graphs: [
                        Graph(
                            id: GraphID(50), device: DeviceID(50), template: "pollerd_memory",
                            dataSource: DataSourceID(50), title: "pollerd - Memory")
                    ])))
        return fixture
    }

    @Test func `the daemon is beside the list of devices, and in none of them`() async throws {
        let fixture = try fixture()
        let page = try await fixture.get("/devices").body
        #expect(page.contains("pollerd watches itself"))
        #expect(page.contains("href=\"/devices/50\""))
        #expect(!page.contains("name=\"device\" value=\"50\""))
        #expect(page.contains("all 1 of this list") || !page.contains("all 2 of this list"))
        #expect(!(try await fixture.get("/devices.csv").body).contains("pollerd.invalid"))
        for path in ["/api/v1/devices", "/api/v1/graphs", "/api/v1/data-sources"] {
            let body = try await fixture.admin(.get, path).body
            #expect(!body.contains("\"id\":50"), "\(path)")
        }
        let status = try await fixture.admin(.get, "/api/v1/status").body
        #expect(status.contains("\"devices\":1,") && status.contains("\"graphs\":1,"))
    }

    @Test func `it is found by its name and by its id, and its graphs by it`() async throws {
        let fixture = try fixture()
        for path in [
            "/api/v1/devices?name=pollerd", "/api/v1/devices/50", "/api/v1/graphs?device=50",
        ] {
            let body = try await fixture.admin(.get, path).body
            #expect(body.contains("\"id\":50"), "\(path)")
        }
        let page = try await fixture.get("/devices/50").body
        #expect(page.contains("This is pollerd itself"))
        #expect(page.contains("pollerd - Memory"))
        #expect(try await fixture.get("/graphs/50").status == 200)
    }

    @Test func `all devices of the list are those of somebody`() async throws {
        let fixture = try fixture()
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator)
        _ = try await visitor.get("/devices")
        let answer = try await visitor.post(
            "/devices/bulk", [("all", "1"), ("action", "disable"), ("query", "")])
        #expect(answer.status == 200)
        #expect(answer.body.contains("name=\"devices\" value=\"1\""))
    }

    @Test func `health leads to its graphs`() async throws {
        let visitor = Visitor(try fixture())
        try await visitor.logIn()
        #expect(try await visitor.get("/health").body.contains("href=\"/devices/50\""))
        let other = Visitor(try WebFixture())
        try await other.logIn()
        #expect(!(try await other.get("/health").body).contains("Graphs of pollerd"))
    }
}

@Suite struct DeviceDebugPageTests {
    private func budget() -> PollBudget {
        PollBudget(
            from: MonotonicTime(milliseconds: 0), to: MonotonicTime(milliseconds: 14_000),
            askedMicroseconds: 14_000_000,
            groups: [
                .init(
                    .table("interfaces"), objects: 9,
                    answeredAt: MonotonicTime(milliseconds: 14_000))
            ])
    }

    @Test func `a device's page and report say where the time of its poll went`() async throws {
        let fixture = try WebFixture()
        var status = DeviceStatus()
        status.lastAnswer = fixture.clock.now.wall
        status.lastPoll = fixture.clock.now.wall
        status.budget = budget()
        fixture.status.set(device: status)
        let page = try await fixture.get("/devices/1").body
        #expect(page.contains("14.0 s of 60 s: 14.0 s in interfaces"))
        let report = try await fixture.admin(.get, "/api/v1/devices/1").body
        #expect(report.contains("\"purpose\":\"table:interfaces\""))
        #expect(report.contains("\"words\":\"14.0 s of 60 s: 14.0 s in interfaces\""))
        let explained = try await fixture.admin(.get, "/api/v1/explain/device/1").body
        #expect(explained.contains("14.0 s of 60 s"))
    }

    @Test func `a device is debugged from its page and by the API, which is kept`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator)
        #expect(try await visitor.get("/devices/1").body.contains("/devices/1/debug"))
        let begun = try await visitor.post("/devices/1/debug")
        #expect(begun.status == 303)
        let ended = try await visitor.post("/devices/1/debug", [("off", "1")])
        #expect(ended.status == 303)
        let asked = try await fixture.admin(
            .post, "/api/v1/devices/1/debug", body: "{\"seconds\":30}")
        #expect(asked.status == 200)
        #expect(asked.body.contains("\"until\":\"2026-"))
        let usual = try await fixture.admin(.post, "/api/v1/devices/1/debug", body: "{}")
        #expect(usual.status == 200)
        // Who misspells how long does not want ten minutes.
        let misspelt = try await fixture.admin(
            .post, "/api/v1/devices/1/debug", body: "{\"second\":0}")
        #expect(misspelt.status == 400 && misspelt.body.contains("second"))
        #expect(
            fixture.operations.debugged.withLock { $0.map(\.1) }
                == [DeviceDebugging.defaultSeconds, 0, 30, DeviceDebugging.defaultSeconds])
    }

    @Test func `what cannot be at present is a conflict`() {
        let problem = WebProblem(OperationFailure.conflict(words: "ten already", fix: "end one"))
        #expect(problem.status == .conflict && problem.code == "conflict")
        #expect(problem.words == "ten already" && problem.fix == "end one")
    }

    @Test func `a page says while it lasts`() async throws {
        let fixture = try WebFixture(guestsMayLook: false)
        var status = DeviceStatus()
        status.debugUntil = fixture.clock.now.wall
        fixture.status.set(device: status)
        let visitor = Visitor(fixture)
        try await visitor.logIn(role: .operator)
        let page = try await visitor.get("/devices/1").body
        #expect(page.contains("End debugging"))
        #expect(page.contains("device.debug_"))
    }
}
