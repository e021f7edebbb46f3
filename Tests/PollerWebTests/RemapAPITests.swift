import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct RemapAPITests {
    private func remap(_ device: DeviceID) -> Remap {
        let place = { (index: UInt32) in
            Remap.Place(index: [index, 7], fields: ["ifName": .text(DeviceText("ge-0"))])
        }
        return Remap(
            id: RemapID(3), device: device, query: "interfaces",
            time: Timestamp(seconds: 1_700_000_000), reason: "recognised by ifName",
            rows: [
                .init(QueryRowID(5), .moved, before: place(1), after: place(2), reason: "ifName"),
                .init(QueryRowID(6), .vanished, before: place(2), after: nil),
            ])
    }

    @Test func `the remaps of a device are read by everybody`() async throws {
        let fixture = try WebFixture()
        fixture.operations.remaps.withLock { $0 = [remap(DeviceID(1)), remap(DeviceID(2))] }
        let answer = try await fixture.publicly(.get, "/api/v1/devices/1/remaps")
        #expect(answer.status == 200)
        for text in [
            "\"id\":3", "\"query\":\"interfaces\"", "\"moved\":1", "\"vanished\":1",
            "\"returned\":0", "\"undone_at\":null", "\"undoes\":null", "\"next\":null",
            "\"reason\":\"recognised by ifName\"", "\"index_before\":\"1.7\"",
            "\"index_after\":\"2.7\"", "\"index_after\":null", "\"fields_after\":{}",
            "\"fields_before\":{\"ifName\":\"ge-0\"}", "\"reason\":null",
        ] { #expect(answer.body.contains(text), "\(text) in \(answer.body)") }
        #expect(!answer.body.contains("\"device\":2"))
        #expect(try await fixture.publicly(.get, "/api/v1/devices/9/remaps").status == 404)
    }

    @Test func `only the admin socket undoes one`() async throws {
        let fixture = try WebFixture()
        let path = "/api/v1/devices/1/remaps/3/undo"
        #expect(try await fixture.publicly(.post, path).status == 401)
        #expect(fixture.operations.undone.withLock { $0 }.isEmpty)
        let answer = try await fixture.admin(.post, path)
        #expect(answer.status == 200 && answer.body.contains("\"id\":1"))
        #expect(fixture.operations.undone.withLock { $0 } == [RemapID(3)])
        #expect(try await fixture.admin(.post, "/api/v1/devices/9/remaps/3/undo").status == 404)
        let odd = try await fixture.admin(.post, "/api/v1/devices/1/remaps/x/undo")
        #expect(odd.status == 404 && odd.body.contains("there is no remap x"))
    }

    @Test(arguments: [
        (
            OperationFailure.inventory(.unfitRemap(.nothingMoved(RemapID(3)))), 409, "remap_unfit",
            "no row that could go back"
        ),
        (.inventory(.unknownRemap(RemapID(3), of: DeviceID(1))), 404, "not_found", "no remap 3"),
        (.invalid(words: "it is being polled", fix: "wait"), 409, "device_busy", "being polled"),
    ])
    func `why one is not undone is said`(
        failure: OperationFailure, status: Int, code: String, words: String
    ) async throws {
        let fixture = try WebFixture()
        fixture.operations.failure.withLock { $0 = failure }
        let answer = try await fixture.admin(.post, "/api/v1/devices/1/remaps/3/undo")
        #expect(answer.status == status)
        #expect(answer.body.contains("\"code\":\"\(code)\"") && answer.body.contains(words))
    }
}
