import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

/// What the admin socket takes about many devices.
@Suite struct BatchOrderTests {
    private func post(
        _ body: String, in fixture: WebFixture
    ) async throws -> (status: Int, results: [DeviceResult], body: String) {
        let answer = try await fixture.admin(.post, "/api/v1/device-batches", body: body)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard answer.status == 200 else { return (answer.status, [], answer.body) }
        let results = try answer.body.split(separator: "\n").compactMap {
            try decoder.decode(OperationEvent.self, from: Data($0.utf8)).result
        }
        return (answer.status, results, answer.body)
    }

    @Test func `a change is made to each of the devices once, and each result tells it`()
        async throws
    {
        let fixture = try WebFixture(devices: 3)
        let (status, results, _) = try await post(
            """
            {"devices":[3,1,3],"action":"change","order":{"site":"cellar","add_tags":["core"],\
            "community":"c4nary-new"}}
            """, in: fixture)
        #expect(status == 200)
        #expect(results.map(\.deviceId.rawValue) == [3, 1] && results.allSatisfy(\.ok))
        #expect(
            results[0].changes.map(\.property) == ["Site", "Tags", "Community"]
                && results[0].changes[0].after == "cellar")
        #expect(results[0].words.contains("Tags: sw1-3 → sw1-3, core; Community: "))
        #expect(fixture.operations.changed.withLock { $0.map(\.0.rawValue) } == [3, 1])
    }

    @Test func `a dry run tells the same and changes nothing`() async throws {
        let fixture = try WebFixture(devices: 2)
        let (_, results, _) = try await post(
            """
            {"devices":[1,2],"action":"change","dry_run":true,"order":{"enabled":false}}
            """, in: fixture)
        #expect(results.map(\.words) == ["Polled: yes → no", "Polled: yes → no"])
        #expect(fixture.operations.changed.withLock { $0.isEmpty })
        for action in ["poll", "reindex", "delete"] {
            let (_, results, _) = try await post(
                "{\"devices\":[1,2],\"action\":\"\(action)\",\"dry_run\":true}", in: fixture)
            #expect(results.count == 2 && results.allSatisfy { $0.words.contains("would be") })
        }
        #expect(fixture.operations.deleted.withLock { $0.isEmpty })
    }

    @Test func `what is done one by one has a result for each, failures too`() async throws {
        let fixture = try WebFixture(devices: 40)
        let ids = (1...40).map(String.init).joined(separator: ",")
        let (_, deleted, _) = try await post(
            "{\"devices\":[\(ids)],\"action\":\"delete\",\"keep_data\":true}", in: fixture)
        #expect(Set(deleted.map(\.deviceId)).count == 40 && deleted.allSatisfy(\.ok))
        #expect(deleted[0].words == "removed with 1 graphs; files are kept")
        #expect(fixture.operations.deleted.withLock { $0.count == 40 && $0.allSatisfy(\.1) })
        fixture.operations.failure.withLock { $0 = .busy(DeviceID(1)) }
        for action in ["poll", "reindex"] {
            let (status, results, _) = try await post(
                "{\"devices\":[\(ids)],\"action\":\"\(action)\"}", in: fixture)
            #expect(status == 200 && results.count == 40)
            #expect(results.allSatisfy { !$0.ok && $0.code == "device_busy" })
        }
    }

    @Test(arguments: [
        ("{\"devices\":[],\"action\":\"poll\"}", 400, "1 to 20000 devices, not 0"),
        ("{\"devices\":[1],\"action\":\"dance\"}", 400, "“action”"),
        ("{\"devices\":[1,9],\"action\":\"poll\"}", 404, "there is no device 9"),
        ("{\"devices\":[1],\"action\":\"change\"}", 400, "the key “order” is missing"),
        (
            "{\"devices\":[1,2],\"action\":\"change\",\"order\":{\"name\":\"x\"}}", 400,
            "cannot have one name"
        ),
        (
            "{\"devices\":[1,2],\"action\":\"change\",\"order\":{\"host\":\"a\",\"community\":\"c\"}}",
            400, "cannot have one address"
        ),
        (
            "{\"devices\":[1,2],\"action\":\"change\",\"order\":{\"port\":162}}", 400,
            "device 1 (sw1-1): another address or port is taken only with"
        ),
        (
            "{\"devices\":[1,2],\"action\":\"change\",\"order\":{\"retrys\":1}}", 400,
            "did you mean “retries”?"
        ),
        ("{\"devices\":[1],\"action\":\"poll\",\"dry-run\":true}", 400, "there is no such key"),
        ("{\"devices\":[1],\"action\":\"poll\",\"keep_data\":true}", 400, "has no meaning"),
        ("{\"devices\":[1],\"action\":\"delete\",\"query\":\"x\"}", 400, "has no meaning"),
    ])
    func `what cannot be is refused as a whole`(body: String, status: Int, words: String)
        async throws
    {
        let fixture = try WebFixture(devices: 2)
        let answer = try await post(body, in: fixture)
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
        #expect(fixture.operations.changed.withLock { $0.isEmpty })
    }

    @Test func `an order has at most twenty thousand devices, and is not for the public`()
        async throws
    {
        let fixture = try WebFixture()
        let many = Array(repeating: "1", count: DeviceBatchOrder.largestCount)
        let full = "{\"devices\":[\(many.joined(separator: ","))],\"action\":\"poll\"}"
        #expect(try await post(full, in: fixture).results.count == 1)
        let more = full.replacing("[1,", with: "[1,1,")
        #expect(try await post(more, in: fixture).body.contains("not 20001"))
        #expect(try await fixture.publicly(.post, "/api/v1/device-batches").status == 401)
    }

    @Test func `one device may not send its secrets elsewhere by an edit alone`() async throws {
        let fixture = try WebFixture()
        for order in ["\"host\":\"192.0.2.66\"", "\"port\":162"] {
            let refused = try await fixture.admin(
                .patch, "/api/v1/devices/1", body: "{\(order)}")
            #expect(refused.status == 400, "\(order)")
            #expect(refused.body.contains("because they are sent there"), "\(refused.body)")
            let given = try await fixture.admin(
                .patch, "/api/v1/devices/1", body: "{\(order),\"community\":\"new\"}")
            #expect(given.status == 200, "\(given.body)")
        }
        let same = try await fixture.admin(
            .patch, "/api/v1/devices/1", body: "{\"host\":\"192.0.2.1\",\"port\":161}")
        #expect(same.status == 200)
    }
}
