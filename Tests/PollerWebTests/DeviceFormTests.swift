import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// Adding, changing and removing devices by the forms of the pages.
@Suite struct DeviceFormTests {
    private static func operating(devices: Int = 1) async throws -> Visitor {
        let visitor = Visitor(try WebFixture(devices: devices, guestsMayLook: false))
        try await visitor.logIn(role: .operator)
        return visitor
    }

    private static let secret = "s3cret-community"

    @Test func `the form of a new device asks for little, and names no secret`() async throws {
        let visitor = try await Self.operating()
        let page = try await visitor.get("/devices/new")
        #expect(page.status == 200)
        for field in DeviceForm.Field.allCases {
            #expect(page.body.contains("name=\"\(field.rawValue)\""), "\(field)")
        }
        #expect(page.body.contains("never shown again"))
    }

    @Test func `a device is added with all that the form says, and its page is next`() async throws
    {
        let visitor = try await Self.operating()
        let answer = try await visitor.post(
            "/devices/new",
            [
                ("do", "add"), ("host", "192.0.2.9"), ("port", "1161"), ("version", "2c"),
                ("community", Self.secret), ("name", "core"), ("interval", "300"),
                ("site", "Bonn"), ("tags", "a, b,"), ("graphs", "none"),
                ("availability", "ping-or-snmp"), ("ping", "tcp:22"), ("ping_timeout", "50"),
                ("ping_retries", "3"), ("timeout", "900"), ("retries", "1"),
                ("source_address", "192.0.2.77"), ("checks_source", "0"),
                ("objects_per_message", "12"), ("max_repetitions", "5"),
            ])
        #expect(answer.status == 303 && answer.headers[.location] == "/devices")
        let wanted = try #require(visitor.fixture.operations.added.withLock { $0.first })
        #expect(wanted.target.host.description == "192.0.2.9" && wanted.target.port == 1_161)
        #expect(wanted.target.credentials == .community(Secret(Self.secret)))
        #expect(wanted.name == "core" && wanted.step?.seconds == 300 && wanted.site == "Bonn")
        #expect(wanted.tags == ["a", "b"] && wanted.graphs == .none)
        #expect(wanted.availability.method == .pingOrSNMP)
        #expect(wanted.availability.ping == .tcp(port: 22))
        #expect(wanted.availability.pingTimeoutMilliseconds == 50)
        #expect(wanted.target.timeoutMilliseconds == 900 && wanted.target.retries == 1)
        #expect(!wanted.target.checksSource && wanted.target.objectsPerMessage == 12)
        #expect(wanted.isTested && !wanted.isDryRun)
        let audit = "\(visitor.fixture.audit.entries)"
        #expect(audit.contains("POST /devices/new") && !audit.contains(Self.secret))
    }

    @Test func `a user of SNMPv3 takes the place of a community`() async throws {
        let visitor = try await Self.operating()
        _ = try await visitor.post(
            "/devices/new",
            [
                ("do", "add"), ("host", "192.0.2.9"), ("version", "3"), ("user", "ann"),
                ("authentication", "SHA256"), ("authentication_passphrase", "passphrase-1"),
                ("privacy", "AES128"), ("privacy_passphrase", "passphrase-2"),
                ("context", "vlan-1"),
            ])
        let wanted = try #require(visitor.fixture.operations.added.withLock { $0.first })
        #expect(wanted.target.version == .v3)
        guard case .user(let user) = wanted.target.credentials else {
            Issue.record("no user")
            return
        }
        #expect(user.name == "ann" && user.level == .authPriv && user.context == "vlan-1")
    }

    @Test(arguments: [
        ("host", "", "asked at an address"), ("host", "a b", "neither an address"),
        ("port", "0", "a port is 1 to 65535"), ("port", "65536", "a port is 1 to 65535"),
        ("port", "x", "a whole number, not “x”"), ("timeout", "99", "100 to 60000"),
        ("timeout", "60001", "100 to 60000"), ("retries", "11", "retries are 0 to 10"),
        ("objects_per_message", "61", "1 to 60"), ("ping", "udp:1", "is not known"),
        ("availability", "magic", "is not known"), ("source_address", "here", "is no address"),
        ("source_address", "2001:db8::1", "not of the same family"),
        ("graphs", "some", "cannot be"), ("site", String(repeating: "x", count: 101), "1 to 100"),
        ("community", String(repeating: "x", count: 256), "1 to 255 bytes"),
    ])
    func `a mistake is said at its field, and nothing that was typed is lost but secrets`(
        field: String, value: String, words: String
    ) async throws {
        let visitor = try await Self.operating()
        var fields = [
            ("do", "add"), ("host", "192.0.2.9"), ("community", Self.secret), ("name", "kept-name"),
        ].filter { $0.0 != field }
        fields.append((field, value))
        let answer = try await visitor.post("/devices/new", fields)
        #expect(answer.status == 400)
        let mark = "id=\"mistake-\(field)\">"
        let start = try #require(answer.body.range(of: mark), "\(answer.body)")
        let said = answer.body[start.upperBound...].prefix { $0 != "<" }
        #expect(said.contains(words), "\(said)")
        #expect(answer.body.contains("value=\"kept-name\""))
        #expect(!answer.body.contains(Self.secret))
        #expect(visitor.fixture.operations.added.withLock { $0.isEmpty })
    }

    @Test func `a test adds nothing, and says what would be`() async throws {
        let visitor = try await Self.operating()
        let answer = try await visitor.post(
            "/devices/new", [("do", "test"), ("host", "192.0.2.9"), ("community", Self.secret)])
        #expect(answer.status == 200)
        #expect(answer.body.contains("2 ms") && answer.body.contains("Nothing was added yet"))
        let wanted = try #require(visitor.fixture.operations.added.withLock { $0.first })
        #expect(wanted.isDryRun)
        #expect(!answer.body.contains(Self.secret))
    }

    @Test func `a test goes on line by line for the module that asks for it`() async throws {
        let visitor = try await Self.operating()
        let fields = [("host", "192.0.2.9"), ("community", Self.secret)]
        let answer = try await visitor.post("/devices/new/test", fields)
        #expect(answer.headers[.contentType] == "application/x-ndjson")
        let lines = answer.body.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains("answered"))
        #expect(lines[1].contains("Nothing was added yet"))
        let mistaken = try await visitor.post("/devices/new/test", [("host", "")])
        #expect(mistaken.body.contains("\"is_mistaken\":true"))
        visitor.fixture.operations.failure.withLock {
            $0 = .unreachable(.noAnswer(attempts: 3, milliseconds: 4_500))
        }
        let silent = try await visitor.post("/devices/new/test", fields)
        #expect(silent.body.contains("nothing answered 3 requests"))
    }

    @Test func `what does not answer is added only by whoever says so`() async throws {
        let visitor = try await Self.operating()
        visitor.fixture.operations.failure.withLock {
            $0 = .unreachable(.noAnswer(attempts: 3, milliseconds: 4_500))
        }
        let fields = [("host", "192.0.2.9"), ("community", Self.secret)]
        let refused = try await visitor.post("/devices/new", fields + [("do", "add")])
        #expect(refused.status == 502 && refused.body.contains("Add it all the same"))
        #expect(refused.body.contains("It was not added, because"))
        let tested = try await visitor.post("/devices/new", fields + [("do", "test")])
        #expect(tested.status == 502 && tested.body.contains("Add it all the same"))
        #expect(tested.body.contains("It does not answer as it should."))
        #expect(!tested.body.contains("It was not added"))
        visitor.fixture.operations.failure.withLock { $0 = nil }
        let added = try await visitor.post("/devices/new", fields + [("do", "add_untested")])
        #expect(added.status == 303)
        #expect(visitor.fixture.operations.added.withLock { $0.last?.isTested } == false)
    }

    @Test func `a name or address that is taken is said at its field`() async throws {
        let visitor = try await Self.operating()
        visitor.fixture.operations.failure.withLock {
            $0 = .inventory(.nameTaken("core", by: DeviceID(1)))
        }
        let answer = try await visitor.post(
            "/devices/new", [("do", "add"), ("host", "192.0.2.9"), ("community", "x")])
        #expect(answer.status == 409)
        #expect(answer.body.contains("id=\"mistake-name\">device 1 is already called core"))
    }

    @Test func `a disk that is full is no conflict`() async throws {
        let visitor = try await Self.operating()
        visitor.fixture.operations.failure.withLock { $0 = .store(.stopped) }
        let answer = try await visitor.post(
            "/devices/new", [("do", "add"), ("host", "192.0.2.9"), ("community", "x")])
        #expect(answer.status == 503 && answer.body.contains("value=\"192.0.2.9\""))
    }

    // MARK: Change

    @Test func `the form of a device shows what it is, without its secrets`() async throws {
        let visitor = try await Self.operating()
        let body = try await visitor.get("/devices/1/edit").body
        #expect(body.contains("value=\"sw1\"") && body.contains("value=\"192.0.2.1\""))
        #expect(!body.contains("c4nary-secret"))
    }

    /// As a browser sends the form of the fixture's device.
    private static let unchanged = [
        ("host", "192.0.2.1"), ("port", "161"), ("version", "2c"), ("community", ""),
        ("user", ""), ("authentication", ""), ("authentication_passphrase", ""), ("privacy", ""),
        ("privacy_passphrase", ""), ("context", ""), ("name", "sw1"), ("site", "sw1"),
        ("tags", "sw1"), ("availability", "snmp"), ("ping", "icmp"), ("ping_timeout", "400"),
        ("ping_retries", "1"), ("timeout", "1500"), ("retries", "2"), ("source_address", ""),
        ("checks_source", "1"), ("objects_per_message", ""), ("max_repetitions", ""),
    ]

    private static func changed(_ fields: [(String, String)]) -> [(String, String)] {
        unchanged.filter { field in !fields.contains { $0.0 == field.0 } } + fields
    }

    @Test func `a form that is sent as it was changes nothing`() async throws {
        let visitor = try await Self.operating()
        let answer = try await visitor.post("/devices/1/edit", Self.unchanged)
        #expect(answer.status == 303 && answer.headers[.location] == "/devices/1")
        #expect(visitor.fixture.operations.changed.withLock { $0.last?.1 } == DeviceChange())
    }

    @Test func `what differs is changed, and what is emptied is cleared`() async throws {
        let visitor = try await Self.operating()
        _ = try await visitor.post(
            "/devices/1/edit",
            Self.changed([
                ("name", "core"), ("site", ""), ("tags", ""), ("timeout", "2000"),
                ("objects_per_message", "7"),
            ]))
        let change = try #require(visitor.fixture.operations.changed.withLock { $0.last?.1 })
        var expected = DeviceChange()
        expected.name = "core"
        expected.site = .some(nil)
        expected.tags = []
        expected.target.timeoutMilliseconds = 2_000
        expected.target.objectsPerMessage = .some(7)
        #expect(change == expected)
    }

    /// What a form says of the fields as they were when it was made.
    private static func former(_ fields: [(String, String)] = []) -> [(String, String)] {
        changed(fields).compactMap { name, text in
            DeviceForm.Field(rawValue: name).flatMap {
                $0.isSecret ? nil : ($0.formerName, text)
            }
        }
    }

    /// Somebody else changes the fixture's device.
    private static func save(_ fixture: WebFixture, _ edit: (inout DeviceChange) -> Void) throws {
        let definitions = fixture.inventory.definitions
        let definition = try #require(definitions.devices[DeviceID(1)])
        var (change, device) = (DeviceChange(), definition.device)
        edit(&change)
        try change.apply(to: &device, at: Timestamp(seconds: 1_795_622_400))
        fixture.inventory.set(
            definitions.replacing(
                device.id,
                with: DeviceDefinition(
                    device: device, rows: definition.rows, dataSources: definition.dataSources,
                    graphs: definition.graphs)))
    }

    @Test func `what another one saved meanwhile stays, unless the form changes it`() async throws {
        let visitor = try await Self.operating()
        let page = try await visitor.get("/devices/1/edit").body
        #expect(page.contains("name=\"was_site\" value=\"sw1\""))
        #expect(page.contains("name=\"was_source_address\" value=\"\""))
        #expect(!page.contains("was_community") && !page.contains("passphrase\" value=\"was"))
        try Self.save(visitor.fixture) {
            $0.site = "Bonn"
            $0.target.timeoutMilliseconds = 3_000
        }
        let mistaken = try await visitor.post(
            "/devices/1/edit", Self.changed([("retries", "x")]) + Self.former())
        #expect(mistaken.status == 400)
        #expect(mistaken.body.contains("name=\"was_site\" value=\"sw1\""))
        #expect(mistaken.body.contains("name=\"was_retries\" value=\"2\""))
        _ = try await visitor.post(
            "/devices/1/edit", Self.changed([("name", "core")]) + Self.former())
        var expected = DeviceChange()
        expected.name = "core"
        #expect(visitor.fixture.operations.changed.withLock { $0.last?.1 } == expected)
    }

    @Test func `a user is changed as a whole, with what another one saved of him meanwhile`()
        async throws
    {
        let visitor = try await Self.operating()
        var ann = SNMPUserOrder(name: "ann")
        ann.context = "vlan-1"
        let saved = try ann.user()
        try Self.save(visitor.fixture) { $0.target.account.credentials = .user(saved) }
        let before = [("version", "3"), ("user", "ann")]
        _ = try await visitor.post(
            "/devices/1/edit",
            Self.changed([("version", "3"), ("user", "bob")]) + Self.former(before))
        ann.name = "bob"
        let change = try #require(visitor.fixture.operations.changed.withLock { $0.last?.1 })
        #expect(change.target.account.credentials == .user(try ann.user()))
    }

    @Test func `another address takes the secret again`() async throws {
        let visitor = try await Self.operating()
        let moved = Self.changed([("host", "192.0.2.99")])
        let refused = try await visitor.post("/devices/1/edit", moved)
        #expect(refused.status == 400)
        #expect(refused.body.contains("id=\"mistake-community\">another address or port"))
        #expect(refused.body.contains("value=\"192.0.2.99\""))
        #expect(visitor.fixture.operations.changed.withLock { $0.isEmpty })
        let taken = try await visitor.post(
            "/devices/1/edit", Self.changed([("host", "192.0.2.99"), ("community", Self.secret)]))
        #expect(taken.status == 303)
        #expect(!"\(visitor.fixture.audit.entries)".contains(Self.secret))
    }

    // MARK: Delete

    @Test func `a device is removed by whoever types its name`() async throws {
        let visitor = try await Self.operating()
        #expect(try await visitor.get("/devices/1/delete").body.contains("round-robin files"))
        let wrong = try await visitor.post(
            "/devices/1/delete", [("name", "sw"), ("files", "delete")])
        #expect(wrong.status == 400 && wrong.body.contains("This is not its name"))
        #expect(visitor.fixture.operations.deleted.withLock { $0.isEmpty })
        let kept = try await visitor.post(
            "/devices/1/delete", [("name", "sw1"), ("files", "keep")])
        #expect(kept.status == 303 && kept.headers[.location] == "/devices")
        _ = try await visitor.post("/devices/1/delete", [("name", "sw1"), ("files", "delete")])
        let deleted = visitor.fixture.operations.deleted.withLock { $0.map(\.1) }
        #expect(deleted == [true, false])
    }

    // MARK: Actions

    @Test(arguments: ["poll", "reindex", "recognise", "enable", "disable"])
    func `an action leads back to the page of the device, and says what became of it`(
        action: String
    ) async throws {
        let visitor = try await Self.operating()
        let answer = try await visitor.post("/devices/1/\(action)")
        #expect(answer.status == 303 && answer.headers[.location] == "/devices/1")
        #expect(try await visitor.get("/devices/1").body.contains("class=\"notice good\""))
        visitor.fixture.operations.failure.withLock { $0 = .busy(DeviceID(1)) }
        let busy = try await visitor.post("/devices/1/\(action)")
        #expect(busy.status == 409 && busy.body.contains("being polled just now"))
    }

    @Test(arguments: ["poll", "reindex", "recognise"])
    func `what makes a device be asked is kept with its name`(action: String) async throws {
        let visitor = try await Self.operating()
        _ = try await visitor.post("/devices/1/\(action)")
        let entry = try #require(visitor.fixture.audit.entries.last)
        #expect(entry.action == "POST /devices/1/\(action)")
        #expect(entry.notes.map(\.object) == ["device 1 (sw1)"])
    }

    @Test(arguments: [
        ("/devices/new", [("do", "test"), ("host", "192.0.2.9"), ("community", "x")]),
        ("/devices/new", [("do", "test"), ("host", "")]),
        ("/devices/new/test", [("host", "192.0.2.9"), ("community", "x")]),
        ("/devices/1/offers", [("do", "try"), ("template", "interface_errors")]),
        ("/devices/bulk", [("action", "disable"), ("device", "1")]),
    ])
    func `a trial changes nothing, and nobody looks for it in the log`(
        path: String, fields: [(String, String)]
    ) async throws {
        let visitor = try await Self.operating()
        let count = visitor.fixture.audit.entries.count
        _ = try await visitor.post(path, fields)
        #expect(visitor.fixture.audit.entries.count == count)
    }

    @Test func `graphs that were made before another one failed are kept in the log`()
        async throws
    {
        let visitor = try await Self.operating()
        visitor.fixture.operations.graphAnswers.withLock {
            $0 = [
                .success([
                    GraphOutcome(
                        .made, "of_the_device", id: GraphID(7), index: nil, title: "sw1 - Load")
                ]),
                .failure(.busy(DeviceID(1))),
            ]
        }
        let answer = try await visitor.post(
            "/devices/1/offers",
            [("do", "make"), ("template", "of_the_device"), ("template", "interface_errors")])
        #expect(answer.status == 409 && answer.body.contains("sw1 - Load"))
        let entry = try #require(visitor.fixture.audit.entries.last)
        #expect(entry.status == 409)
        #expect(entry.notes.map(\.object) == ["graph 7 (sw1 - Load)"])
    }

    @Test func `advice names what a page has, and not what a command takes`() {
        #expect(
            PageWords.fix("delete the device and add it again with --interval 60")
                == "delete the device and add it again with an interval of 60 s")
        #expect(PageWords.fix("see pollerctl device show 1") == nil)
    }

    @Test func `those who may only look see no buttons`() async throws {
        let visitor = Visitor(try WebFixture(guestsMayLook: false))
        try await visitor.logIn(role: .viewer)
        for path in ["/devices/1", "/devices"] {
            let body = try await visitor.get(path).body
            #expect(!body.contains("/devices/1/poll") && !body.contains("/devices/bulk"), "\(path)")
            #expect(!body.contains("/devices/new"), "\(path)")
        }
    }

    @Test func `graphs are made of what is ticked, of all rows or of those that are named`()
        async throws
    {
        let visitor = try await Self.operating()
        let page = try await visitor.get("/devices/1/offers").body
        #expect(page.contains("name=\"template\" value=\"interface_traffic\""))
        let none = try await visitor.post("/devices/1/offers", [("do", "make")])
        #expect(none.status == 400 && none.body.contains("Tick what is to be drawn"))
        let tried = try await visitor.post(
            "/devices/1/offers", [("do", "try"), ("template", "interface_errors")])
        #expect(tried.body.contains("it has no values"))
        _ = try await visitor.post(
            "/devices/1/offers",
            [("do", "make"), ("template", "interface_errors"), ("rows", "eth0, 3")])
        let orders = visitor.fixture.operations.graphOrders.withLock { $0.map(\.0) }
        #expect(orders.map(\.dryRun) == [true, false])
        #expect(orders[0].allRows == true && orders[0].rows == nil)
        #expect(orders[1].rows == ["eth0", "3"] && orders[1].allRows == nil)
    }
}
