import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

@Suite struct DeviceChangeTests {
    /// Everything of a device that can be changed, changed.
    private func everything() throws -> DeviceChange {
        var change = DeviceChange()
        change.name = "core"
        change.target.host = DeviceHost("2001:db8::7")
        change.target.port = 1_161
        change.target.account = .init(
            version: .v3, credentials: .user(try SNMPUser(name: "poller")))
        change.target.timeoutMilliseconds = 700
        change.target.retries = 4
        change.target.sourceAddress = IPAddress("2001:db8::1")
        change.target.checksSource = false
        change.target.objectsPerMessage = 5
        change.target.maxRepetitions = 60
        change.availability.method = .pingOrSNMP
        change.availability.ping = .tcpClosed(port: 65_535)
        change.availability.pingTimeoutMilliseconds = 10_000
        change.availability.pingRetries = 0
        change.site = "cellar"
        change.tags = ["a", "b"]
        change.isEnabled = false
        return change
    }

    @Test func `every property that is changed is there after the database was opened again`()
        async throws
    {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        #expect(added.device.availability == AvailabilityPolicy())
        #expect(added.device.target.checksSource && added.device.target.sourceAddress == nil)
        #expect(added.device.agentSince == nil)
        let change = try everything()
        let changed = try await fixture.inventory.change(
            added.device.id, to: change, at: fixture.now)
        var expected = added.device
        try change.apply(to: &expected, at: fixture.now)
        #expect(
            changed.device == expected
                && changed.device.availability.ping.description
                    == "tcp-closed:65535"
        )
        #expect(changed.rows == added.rows && changed.dataSources == added.dataSources)
        // So that the poller takes a new plan.
        #expect(fixture.inventory.definitions.devices[added.device.id]?.revision == 3)
        try fixture.inventory.close()
        let read = try #require(try fixture.reopened().definitions.devices[added.device.id])
        #expect(read.device == expected)
    }

    @Test func `a device is added with its options`() async throws {
        let fixture = try InventoryFixture()
        var new = try fixture.new("sw1")
        new.availability.method = .sysDescr
        new.target.objectsPerMessage = 1
        let added = try await fixture.inventory.add(new, at: fixture.now)
        try fixture.inventory.close()
        let read = try #require(try fixture.reopened().definitions.devices[added.device.id])
        #expect(read.device.availability == new.availability && read.device.target == new.target)
    }

    @Test func `what need not be there is cleared, and what is not named stays`() async throws {
        let fixture = try InventoryFixture()
        let id = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now).device.id
        _ = try await fixture.inventory.change(id, to: everything(), at: fixture.now)
        var change = DeviceChange()
        change.site = .some(nil)
        change.target.sourceAddress = .some(nil)
        change.target.objectsPerMessage = .some(nil)
        let device = try await fixture.inventory.change(id, to: change, at: fixture.now).device
        #expect(device.site == nil && device.target.sourceAddress == nil)
        #expect(device.target.objectsPerMessage == nil && device.target.maxRepetitions == 60)
        #expect(device.name == "core" && device.tags == ["a", "b"])
    }

    @Test func `another host or port is another agent, of which nothing was watched`() async throws
    {
        let fixture = try InventoryFixture()
        let id = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now).device.id
        let watched = [OID([1, 3, 6, 1]): "7"]
        var time = fixture.now
        for (host, port, isOther) in [
            ("192.0.2.1", UInt16(161), false), ("192.0.2.9", 161, true), ("192.0.2.9", 162, true),
            ("192.0.2.9", 162, false),
        ] {
            try await fixture.inventory.setWatchValues(watched, of: id)
            time = time.advanced(seconds: 60)
            var change = DeviceChange()
            change.target.host = DeviceHost(host)
            change.target.port = port
            change.target.account.credentials = .community(Secret("s3cret"))
            change.target.retries = 5
            let before = try #require(fixture.inventory.definitions.devices[id]?.device)
            let changed = try await fixture.inventory.change(id, to: change, at: time).device
            #expect(changed.agentSince == (isOther ? time : before.agentSince), "\(host)")
            #expect(try await fixture.inventory.watchValues(of: id) == (isOther ? [:] : watched))
        }
        try fixture.inventory.close()
        let read = try #require(try fixture.reopened().definitions.devices[id]?.device)
        #expect(read.agentSince == fixture.now.advanced(seconds: 180))
    }

    /// Others may change the device between an order's being read and its being carried out.
    @Test func `version and credentials are joined with those the device has then`() async throws {
        let fixture = try InventoryFixture()
        let id = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now).device.id
        func change(
            _ version: SNMPVersion?, _ credentials: SNMPCredentials?
        ) async throws -> SNMPTarget {
            var change = DeviceChange()
            change.target.account = .init(version: version, credentials: credentials)
            return try await fixture.inventory.change(id, to: change, at: fixture.now).device.target
        }
        let community = SNMPCredentials.community(Secret("new"))
        let user = SNMPCredentials.user(try SNMPUser(name: "poller"))
        for (version, credentials, outcome) in [
            (nil, community, SNMPVersion.v2c), (.v1, nil, .v1), (nil, community, .v1),
            (nil, user, .v3), (.v3, nil, .v3), (.v2c, community, .v2c), (.v3, user, .v3),
        ] as [(SNMPVersion?, SNMPCredentials?, SNMPVersion)] {
            let before = try #require(fixture.inventory.definitions.devices[id]?.device.target)
            let after = try await change(version, credentials)
            #expect(after.version == outcome)
            #expect(after.credentials == credentials ?? before.credentials)
        }
        await #expect(throws: InventoryFailure.unfit(.noCommunity)) { try await change(.v2c, nil) }
        let refusal = await #expect(throws: InventoryFailure.self) {
            try await change(nil, community)
        }
        #expect(refusal?.fix.contains("--snmp 2c") == true)
        _ = try await change(.v1, community)
        await #expect(throws: InventoryFailure.unfit(.noUser)) { try await change(.v3, nil) }
        #expect(fixture.inventory.definitions.devices[id]?.device.target.credentials == community)
    }

    @Test func `titles that name the device follow its name`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        var change = DeviceChange()
        change.name = "core"
        let changed = try await fixture.inventory.change(
            added.device.id, to: change, at: fixture.now)
        #expect(added.graphs.allSatisfy { $0.title.contains("sw1") })
        #expect(
            changed.graphs.map(\.title)
                == added.graphs.map { $0.title.replacing("sw1", with: "core") })
    }

    @Test func `names and places of others are refused, and nothing is changed`() async throws {
        let fixture = try InventoryFixture()
        let first = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let second = try await fixture.inventory.add(
            fixture.new("sw2", host: "192.0.2.2"), at: fixture.now)
        var change = try everything()
        change.name = "SW1"
        await #expect(throws: InventoryFailure.nameTaken("SW1", by: first.device.id)) {
            try await fixture.inventory.change(second.device.id, to: change, at: fixture.now)
        }
        change.name = "core"
        change.target.host = first.device.target.host
        change.target.port = 161
        await #expect(
            throws: InventoryFailure.hostTaken(
                first.device.target.host, port: 161, by: first.device.id)
        ) {
            try await fixture.inventory.change(second.device.id, to: change, at: fixture.now)
        }
        let kept = fixture.inventory.definitions.devices[second.device.id]
        #expect(kept?.device == second.device && kept?.graphs == second.graphs)
        // Its own are not taken.
        change.name = "SW2"
        change.target.host = second.device.target.host
        #expect(
            try await fixture.inventory.change(second.device.id, to: change, at: fixture.now).device
                .name == "SW2")
        await #expect(throws: InventoryFailure.notFound("device 9")) {
            try await fixture.inventory.change(DeviceID(9), to: change, at: fixture.now)
        }
    }

    @Test func `a database of the fifth schema keeps its devices, which count as before`()
        async throws
    {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        try fixture.tamper(
            InventoryFixture.dropOptions
                + """
                DELETE FROM grdb_migrations
                    WHERE CAST(identifier AS INTEGER) > 5 AND identifier NOT LIKE '7 %';
                """)
        #expect(Inventory.problem(at: fixture.folder.path + "/pollerd.sqlite") == nil)
        #expect(
            try fixture.reopened().definitions.devices[added.device.id]?.device == added.device)
    }

    @Test(arguments: [
        "availability = 'ping-maybe'", "ping = 'udp:23'", "ping = 'tcp:0'",
        "ping_timeout_milliseconds = 49", "ping_timeout_milliseconds = 10001",
        "ping_retries = -1", "ping_retries = 11", "checks_source = 2", "source_address = ''",
        "objects_per_message = 0", "objects_per_message = 61", "max_repetitions = 0",
        "max_repetitions = 61",
    ])
    func `the database itself refuses what no device can have`(assignment: String) async throws {
        let fixture = try InventoryFixture()
        _ = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        #expect {
            try fixture.tamper("UPDATE device SET \(assignment)")
        } throws: { ($0 as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT }
    }

    @Test func `secrets are sent to another address only by who gives them again`() async throws {
        let fixture = try InventoryFixture()
        let id = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now).device.id
        func move(_ body: (inout DeviceChange.Target) -> Void) async throws -> Device {
            var change = DeviceChange()
            body(&change.target)
            return try await fixture.inventory.change(id, to: change, at: fixture.now).device
        }
        await #expect(throws: InventoryFailure.unfit(.keepsSecrets)) {
            try await move { $0.host = DeviceHost("192.0.2.66") }
        }
        await #expect(throws: InventoryFailure.unfit(.keepsSecrets)) {
            try await move { $0.port = 162 }
        }
        await #expect(throws: InventoryFailure.unfit(.keepsSecrets)) {
            // Another version of the same secret.
            try await move { ($0.port, $0.account.version) = (162, .v1) }
        }
        // To where they go already.
        _ = try await move { ($0.host, $0.port) = (DeviceHost("192.0.2.1"), 161) }
        let user = SNMPCredentials.user(
            try SNMPUser(name: "u", authentication: .init(.sha1, Secret("passphrase"))))
        let moved = try await move {
            ($0.port, $0.account.credentials) = (162, user)
        }
        #expect(moved.target.port == 162 && moved.target.credentials == user)
        await #expect(throws: InventoryFailure.unfit(.keepsSecrets)) {
            try await move { $0.port = 163 }
        }
        // A user without passphrases has nothing that others must not know.
        let name = SNMPCredentials.user(try SNMPUser(name: "u"))
        _ = try await move { $0.account.credentials = name }
        #expect(try await move { $0.port = 163 }.target.port == 163)
    }

    @Test func `tags are added and taken away beside those a device has then`() async throws {
        let fixture = try InventoryFixture()
        let id = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now).device.id
        func tags(_ body: (inout DeviceChange) -> Void) async throws -> [String] {
            var change = DeviceChange()
            body(&change)
            return try await fixture.inventory.change(id, to: change, at: fixture.now).device.tags
        }
        #expect(try await tags { $0.addedTags = ["core", "a", "core"] } == ["a", "core"])
        #expect(
            try await tags { ($0.addedTags, $0.removedTags) = (["b"], ["a", "z"]) } == [
                "core", "b",
            ])
        #expect(try await tags { ($0.tags, $0.addedTags) = (["x"], ["y"]) } == ["x", "y"])
        let fifty = (1...50).map { "t\($0)" }
        #expect(try await tags { $0.tags = fifty }.count == 50)
        await #expect(throws: InventoryFailure.self) {
            try await tags { $0.addedTags = ["one more"] }
        }
        #expect(
            try await tags { ($0.addedTags, $0.removedTags) = (["one more"], ["t1"]) }.count == 50)
    }
}
