import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// Rows of tables, filters of devices, and walks.
@Suite struct TablesTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ body: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(body.utf8))
    }

    @Test func `rows tell what is known of them, texts exactly as the device sent them`()
        async throws
    {
        let fixture = try WebFixture(deviceText: "po\u{1b}[31mrt")
        let answer = try await fixture.get("/api/v1/devices/1/rows?query=interfaces")
        #expect(answer.status == 200)
        // Names of fields are the catalogue's, whatever their case.
        #expect(answer.body.contains("\"ifName\":{\"hex\":\"706f1b5b33316d7274\"}"), "\(answer)")
        #expect(!answer.body.contains("\u{1b}"))
        let rows = try decode(ListReport<QueryRowReport>.self, answer.body).items
        #expect(rows.count == 1 && rows[0].index == "3" && rows[0].present && rows[0].graphed)
        #expect(rows[0].graphs == [GraphID(1)] && rows[0].counterBits == 64)
        #expect(rows[0].speedBitsPerSecond == nil)
        #expect(rows[0].fields["ifAlias"] == .text(DeviceText("po\u{1b}[31mrt")))
    }

    @Test(arguments: [
        ("", 400, "of this device there are interfaces"),
        ("?query=interface", 404, "did you mean “interfaces”?"),
        ("?query=interfaces&limit=0", 400, "“limit” is 1 to 1000"),
    ])
    func `a query that is missing or unknown is helped`(query: String, status: Int, words: String)
        async throws
    {
        let fixture = try WebFixture()
        let answer = try await fixture.get("/api/v1/devices/1/rows\(query)", headers: [])
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
    }

    @Test func `a query that the device has no rows of is an empty listing`() async throws {
        let fixture = try WebFixture()
        let answer = try await fixture.get("/api/v1/devices/1/rows?query=storage")
        #expect(answer.body == "{\"items\":[],\"next\":null}\n")
    }

    @Test func `devices are filtered by site, tag, template, status and text, all of which hold`()
        async throws
    {
        let fixture = try WebFixture(devices: 3)
        var status = DeviceStatus()
        _ = status.availability.hear(isAnswered: true)
        fixture.status.set(status, of: DeviceID(2))
        for (query, ids) in [
            ("site=sw1-2", [2]), ("tag=sw1-3", [3]), ("template=generic_snmp", [1, 2, 3]),
            ("template=net_snmp_linux", []), ("status=up", [2]), ("status=unknown", [1, 3]),
            ("status=unknown&tag=sw1-1", [1]), ("status=up&tag=sw1-1", []), ("q=SW1-3", [3]),
            ("site=sw1", []), ("name=SW1-2", [2]), ("name=sw1", []),
        ] as [(String, [Int64])] {
            let answer = try await fixture.get("/api/v1/devices?\(query)", headers: [])
            let devices = try decode(ListReport<DeviceReport>.self, answer.body).items
            #expect(devices.map(\.id.rawValue) == ids, "\(query)")
            let page = try await fixture.get("/devices?\(query)").body
            for id in 1...3 {
                #expect(
                    page.contains("href=\"/devices/\(id)\"") == ids.contains(Int64(id)),
                    "\(query)")
            }
        }
        let summary = try await fixture.get("/api/v1/devices?view=summary&limit=1", headers: [])
        let devices = try JSONDecoder().decode(
            ListReport<DeviceSummary>.self, from: Data(summary.body.utf8))
        let first = try #require(fixture.inventory.definitions.devices[DeviceID(1)])
        #expect(devices.items == [DeviceSummary(first, status: DeviceStatus())])
        #expect(devices.next == "1" && summary.body.contains("\"poll_milliseconds\":null"))
        for (query, words) in [
            ("view=short", "“view” is full or summary"), ("status=upp", "did you mean “up”?"),
            ("template=generic_snpm", "did you mean “generic_snmp”?"),
        ] {
            let answer = try await fixture.get("/api/v1/devices?\(query)", headers: [])
            #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        }
    }

    @Test func `a walk asks a device as it is polled, or any host with what is given`()
        async throws
    {
        let fixture = try WebFixture()
        let binary: [UInt8] = [0, 0x1b, 0xff]
        fixture.operations.answer.withLock {
            $0 = SNMPWalkResponse(
                rows: [
                    VarBind(OID([1, 3, 1]), .octets(Array("eth0".utf8))),
                    VarBind(OID([1, 3, 2]), .octets(binary)),
                    VarBind(OID([1, 3, 3]), .counter64(.max)),
                    VarBind(OID([1, 3, 4]), .integer(-1)),
                    VarBind(OID([1, 3, 5]), .octets(Array("a\r\nb".utf8))),
                ], cut: .rows(5), effort: SNMPEffort(messages: 2))
        }
        let answer = try await fixture.admin(
            .post, "/api/v1/walks", body: "{\"device\":1,\"oid\":\"1.3\",\"rows\":5}")
        #expect(answer.status == 200)
        let asked = try #require(fixture.operations.walked.withLock { $0.first })
        #expect(asked.target == fixture.inventory.definitions.devices[DeviceID(1)]?.device.target)
        #expect(asked.rowLimit == 5 && asked.root == OID([1, 3]))
        let walk = try decode(WalkReport.self, answer.body)
        #expect(
            walk.rows.map(\.line) == [
                "1.3.1 = OCTET STRING: eth0", "1.3.2 = OCTET STRING: 0x001bff",
                "1.3.3 = Counter64: 18446744073709551615", "1.3.4 = INTEGER: -1",
                "1.3.5 = OCTET STRING: a  b",
            ])
        #expect(walk.rows[1].value == .bytes(binary) && walk.cut?.contains("5 rows") == true)
        #expect(answer.body.contains("\"value\":{\"hex\":\"610d0a62\"}"))
        #expect(!answer.body.contains("c4nary"))

        _ = try await fixture.admin(
            .post, "/api/v1/walks",
            body: """
                {"target":{"host":"192.0.2.9","community":"c","retries":0},"oid":".1.3.6"}
                """)
        let other = try #require(fixture.operations.walked.withLock { $0.last })
        #expect(other.target.host.description == "192.0.2.9" && other.target.retries == 0)
        #expect(other.rowLimit == SNMPWalkRequest.defaultRowLimit)
    }

    @Test(arguments: [
        ("{\"oid\":\"1.3\"}", 400, "give “device” or “target”, and not both"),
        ("{\"device\":9,\"oid\":\"1.3\"}", 404, "there is no device 9"),
        ("{\"device\":1,\"oid\":\"sysDescr\"}", 400, "“sysDescr” is no OID in numbers"),
        ("{\"device\":1,\"oid\":\"1\"}", 400, "is no OID"),
        ("{\"device\":1,\"oid\":\"1.3\",\"rows\":20001}", 400, "1 to 20000, not 20001"),
        ("{\"target\":{\"host\":\"192.0.2.9\"},\"oid\":\"1.3\"}", 400, "“community” is missing"),
        ("{\"target\":{\"hots\":\"a\"},\"oid\":\"1.3\"}", 400, "did you mean “host”?"),
    ])
    func `a walk that cannot be is refused, and nobody is asked`(
        body: String, status: Int, words: String
    ) async throws {
        let fixture = try WebFixture()
        let answer = try await fixture.admin(.post, "/api/v1/walks", body: body)
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
        #expect(fixture.operations.walked.withLock { $0.isEmpty })
        #expect(try await fixture.publicly(.post, "/api/v1/walks").status == 401)
    }

    @Test func `a re-index tells what became of each table, and a busy device is a conflict`()
        async throws
    {
        let fixture = try WebFixture()
        let answer = try await fixture.admin(.post, "/api/v1/devices/1/reindex?query=interfaces")
        let tables = try decode(ListReport<TableReading>.self, answer.body).items
        #expect(tables.map(\.query) == ["interfaces"] && tables[0].outcome == .complete)
        #expect(tables[0].rows == 1 && tables[0].presentRows == 1)
        fixture.operations.failure.withLock { $0 = .busy(DeviceID(1)) }
        let busy = try await fixture.admin(.post, "/api/v1/devices/1/reindex")
        #expect(busy.status == 409 && busy.body.contains("device_busy"))
        #expect(try await fixture.publicly(.post, "/api/v1/devices/1/reindex").status == 401)
    }
}
