import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// What the admin socket takes about a device, new or not.
@Suite struct DeviceOrderTests {
    private static let everything = """
        "availability":"ping-or-snmp","ping":"tcp:22","ping_timeout_milliseconds":50,\
        "ping_retries":10,"source_address":"192.0.2.77","checks_source":false,\
        "objects_per_message":60,"max_repetitions":1
        """

    private func change(
        _ body: String, in fixture: WebFixture
    ) async throws -> (answer: WebFixture.Answer, change: DeviceChange?) {
        let answer = try await fixture.admin(.patch, "/api/v1/devices/1", body: body)
        return (answer, fixture.operations.changed.withLock { $0.last?.1 })
    }

    @Test func `a new device takes every option`() async throws {
        let fixture = try WebFixture()
        let order = "{\"host\":\"192.0.2.9\",\"community\":\"public\",\(Self.everything)}"
        #expect(try await fixture.admin(.post, "/api/v1/devices", body: order).status == 200)
        let request = try #require(fixture.operations.added.withLock { $0.first })
        #expect(request.availability.method == .pingOrSNMP)
        #expect(request.availability.ping == .tcp(port: 22))
        #expect(request.availability.pingTimeoutMilliseconds == 50)
        #expect(request.availability.pingRetries == 10)
        #expect(request.target.sourceAddress?.description == "192.0.2.77")
        #expect(!request.target.checksSource && request.target.objectsPerMessage == 60)
        #expect(request.target.maxRepetitions == 1)
    }

    @Test func `a new device without options counts as up by SNMP`() async throws {
        let fixture = try WebFixture()
        let order = "{\"host\":\"192.0.2.9\",\"community\":\"public\",\"source_address\":\"\"}"
        #expect(try await fixture.admin(.post, "/api/v1/devices", body: order).status == 200)
        let request = try #require(fixture.operations.added.withLock { $0.first })
        #expect(request.availability == AvailabilityPolicy())
        #expect(request.target.sourceAddress == nil && request.target.checksSource)
        #expect(request.target.objectsPerMessage == nil && request.target.maxRepetitions == nil)
    }

    @Test func `a change is what the body names, and the answer shows the device`() async throws {
        let fixture = try WebFixture()
        let (answer, change) = try await change(
            "{\"name\":\"core\",\"tags\":[],\"enabled\":false,\(Self.everything)}", in: fixture)
        #expect(answer.status == 200)
        var expected = DeviceChange()
        expected.name = "core"
        expected.tags = []
        expected.isEnabled = false
        expected.target.sourceAddress = IPAddress("192.0.2.77")
        expected.target.checksSource = false
        expected.target.objectsPerMessage = 60
        expected.target.maxRepetitions = 1
        expected.availability.method = .pingOrSNMP
        expected.availability.ping = .tcp(port: 22)
        expected.availability.pingTimeoutMilliseconds = 50
        expected.availability.pingRetries = 10
        #expect(change == expected)
        for text in [
            "\"name\":\"core\"", "\"enabled\":false", "\"status\":\"disabled\"",
            "\"availability\":\"ping-or-snmp\"", "\"ping\":\"tcp:22\"",
            "\"ping_timeout_milliseconds\":50", "\"ping_retries\":10",
            "\"source_address\":\"192.0.2.77\"", "\"checks_source\":false",
            "\"objects_per_message\":60", "\"max_repetitions\":1", "\"ping_milliseconds\":null",
        ] { #expect(answer.body.contains(text), "\(text) in \(answer.body)") }
    }

    @Test func `what is missing or null stays, and empty texts and zeros clear`() async throws {
        let fixture = try WebFixture()
        #expect(try await change("{}", in: fixture).change == DeviceChange())
        #expect(try await change("{\"name\":null,\"site\":null}", in: fixture).change?.site == nil)
        let (_, cleared) = try await change(
            """
            {"site":"","source_address":"","objects_per_message":0,"max_repetitions":0}
            """, in: fixture)
        var expected = DeviceChange()
        expected.site = .some(nil)
        expected.target.sourceAddress = .some(nil)
        expected.target.objectsPerMessage = .some(nil)
        expected.target.maxRepetitions = .some(nil)
        #expect(cleared == expected)
    }

    @Test func `credentials change as a whole, and no answer holds one`() async throws {
        let fixture = try WebFixture()
        let given = SNMPCredentials.community(Secret("c4nary-new"))
        let user = """
            {"user":{"name":"u","authentication":"SHA","authentication_passphrase":"c4nary-auth"}}
            """
        for (body, version, credentials) in [
            ("{\"community\":\"c4nary-new\"}", nil, given),
            ("{\"snmp_version\":\"1\"}", SNMPVersion.v1, nil),
            ("{\"snmp_version\":\"1\",\"community\":\"c4nary-new\"}", .v1, given),
            (
                user, nil,
                SNMPCredentials.user(
                    try SNMPUser(
                        name: "u", authentication: .init(.sha1, Secret("c4nary-auth"))))
            ),
        ] as [(String, SNMPVersion?, SNMPCredentials?)] {
            let (answer, change) = try await change(body, in: fixture)
            #expect(answer.status == 200 && !answer.body.contains("c4nary"), "\(answer.body)")
            #expect(
                change?.target.account == .init(version: version, credentials: credentials),
                "\(body)")
        }
    }

    @Test func `a community makes no SNMPv2c of a device that is asked with SNMPv3`() throws {
        let fixture = try WebFixture()
        var device = try #require(fixture.inventory.definitions.devices[DeviceID(1)]?.device)
        device.target.version = .v3
        device.target.credentials = .user(try SNMPUser(name: "poller"))
        var order = DeviceOrder()
        order.community = "public"
        let refusal = #expect(throws: WebProblem.self) {
            try OrderReader(order: order).change(of: device)
        }
        #expect(refusal?.status == .badRequest && refusal?.fix?.contains("--snmp 2c") == true)
        for version in [SNMPVersion.v1, .v2c] {
            order.snmpVersion = version.rawValue
            let account = try OrderReader(order: order).change(of: device).target.account
            #expect(
                account == .init(version: version, credentials: .community(Secret("public"))))
        }
    }

    @Test(arguments: [
        ("{\"availability\":\"ping-or-snmpp\"}", "did you mean “ping-or-snmp”"),
        ("{\"availability\":\"x\"}", "use one of none, ping-and-snmp, snmp, ping, ping-or-snmp"),
        ("{\"ping\":\"udp:23\"}", "use icmp, tcp:PORT or tcp-closed:PORT"),
        ("{\"ping\":\"tcp:65536\"}", "a port of 1 to 65535"),
        ("{\"ping_timeout_milliseconds\":49}", "50 to 10000 milliseconds, not 49"),
        ("{\"ping_timeout_milliseconds\":10001}", "50 to 10000 milliseconds, not 10001"),
        ("{\"ping_retries\":-1}", "0 to 10, not -1"), ("{\"ping_retries\":11}", "not 11"),
        ("{\"source_address\":\"eth0\"}", "“eth0” is no address"),
        ("{\"source_address\":\"2001:db8::1\"}", "not of the same family as the host"),
        ("{\"ping_retry\":1}", "“ping_retry”: there is no such key; did you mean “ping_retries”?"),
        ("{\"checks_source\":\"no\"}", "“checks_source” has the wrong type"),
        ("{\"objects_per_message\":-1}", "1 to 60, or 0"),
        ("{\"objects_per_message\":61}", "1 to 60, or 0 for as many as the agent takes, not 61"),
        ("{\"max_repetitions\":61}", "repetitions are 1 to 60"),
        ("{\"interval_seconds\":300}", "cannot be changed yet"),
        ("{\"template\":\"generic_snmp\"}", "“template” is of new devices"),
        ("{\"dry_run\":true}", "“dry_run” is of new devices"),
        ("{\"snmp_version\":\"3\"}", "“user” is missing"),
        ("{\"snmp_version\":\"3\",\"community\":\"x\"}", "has no communities"),
        ("{\"snmp_version\":\"2c\",\"user\":{\"name\":\"u\"}}", "has no users"),
        ("{\"community\":\"\"}", "1 to 255 bytes"), ("{\"name\":\"\"}", "1 to 150 printable"),
        ("{\"host\":\"\"}", "neither an address nor a host name"),
        ("{\"tags\":[\"\"]}", "a tag is 1 to 100"), ("{\"timeout_milliseconds\":99}", "not 99"),
    ])
    func `a bad value is refused with what is allowed, for new devices and old`(
        body: String, words: String
    ) async throws {
        let fixture = try WebFixture()
        let (answer, change) = try await change(body, in: fixture)
        #expect(answer.status == 400 && change == nil)
        #expect(answer.body.contains(words), "\(answer.body)")
        let options = ["availability", "ping", "source", "checks", "objects", "max_rep"]
        guard options.contains(where: { body.hasPrefix("{\"\($0)") }) else { return }
        let order = "{\"host\":\"192.0.2.9\",\"community\":\"p\",\(body.dropFirst())"
        let added = try await fixture.admin(.post, "/api/v1/devices", body: order)
        #expect(added.status == 400 && added.body.contains(words), "\(added.body)")
    }

    /// A user without the key that is misspelt would be another one, with less protection.
    @Test(arguments: [
        ("\"priv\":\"AES\"", "“user.priv”: there is no such key; did you mean “privacy”?"),
        ("\"privacy_pasphrase\":\"c4nary-priv\"", "did you mean “privacy_passphrase”?"),
        ("\"colour\":1", "“user.colour”: there is no such key"),
    ])
    func `a key of a user that does not exist is refused`(key: String, words: String) async throws {
        let fixture = try WebFixture()
        let user = "\"user\":{\"name\":\"u\",\(key)}"
        for answer in [
            try await fixture.admin(
                .post, "/api/v1/devices", body: "{\"host\":\"192.0.2.9\",\(user)}"),
            try await fixture.admin(
                .post, "/api/v1/device-tests", body: "{\"host\":\"192.0.2.9\",\(user)}"),
            try await change("{\(user)}", in: fixture).answer,
        ] {
            #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
            #expect(!answer.body.contains("c4nary"))
        }
        #expect(try await change("{\"user\":null}", in: fixture).change == DeviceChange())
        let text = try await change("{\"user\":\"u\"}", in: fixture).answer
        #expect(text.status == 400 && text.body.contains("“user” has the wrong type"))
    }

    @Test func `the interval a device has may be named, and a new device is not disabled`()
        async throws
    {
        let fixture = try WebFixture()
        #expect(try await change("{\"interval_seconds\":60}", in: fixture).answer.status == 200)
        let added = try await fixture.admin(
            .post, "/api/v1/devices", body: "{\"host\":\"a\",\"community\":\"p\",\"enabled\":false}"
        )
        #expect(added.status == 400 && added.body.contains("a new device is enabled"))
    }

    @Test func `conflicts and strangers have their own status`() async throws {
        let fixture = try WebFixture()
        #expect(try await fixture.admin(.patch, "/api/v1/devices/9", body: "{}").status == 404)
        fixture.operations.failure.withLock {
            $0 = .inventory(.nameTaken("core", by: DeviceID(2)))
        }
        let (answer, _) = try await change("{\"name\":\"core\"}", in: fixture)
        #expect(answer.status == 409 && answer.body.contains("device 2 is already called core"))
        // The device became another while the order was read.
        fixture.operations.failure.withLock { $0 = .inventory(.unfit(.noUser)) }
        let (late, _) = try await change("{\"name\":\"core\"}", in: fixture)
        #expect(late.status == 400 && late.body.contains("asks in the name of a user"))
        #expect(try await fixture.publicly(.patch, "/api/v1/devices/1").status == 401)
    }
}
