import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct GraphsAPITests {
    @Test func `an order of graphs goes to the desk, of the admin socket only`() async throws {
        let fixture = try WebFixture()
        let body = #"{"query":"interfaces","rows":["lo"],"dry_run":true}"#
        #expect(try await fixture.publicly(.post, "/api/v1/devices/1/graphs").status == 401)
        let answer = try await fixture.admin(.post, "/api/v1/devices/1/graphs", body: body)
        #expect(answer.status == 200)
        for text in [
            #""outcome":"impossible""#, #""graph_id":null"#, #""index":null"#,
            #""words":"it has no values""#, #""dry_run":true"#,
        ] { #expect(answer.body.contains(text), "\(text) in \(answer.body)") }
        let orders = fixture.operations.graphOrders.withLock { $0 }
        #expect(orders.count == 1 && orders[0].1 == DeviceID(1))
        #expect(orders[0].0.rows == ["lo"] && orders[0].0.templates == nil)
        let odd = try await fixture.admin(
            .post, "/api/v1/devices/1/graphs", body: #"{"query":"interfaces","dryrun":true}"#)
        #expect(odd.status == 400 && odd.body.contains("did you mean “dry_run”?"))
        #expect(
            try await fixture.admin(.post, "/api/v1/devices/99/graphs", body: body).status == 404)
        fixture.operations.failure.withLock {
            $0 = .notFound(words: "the table interfaces has no row “x”", fix: "name it")
        }
        let failed = try await fixture.admin(.post, "/api/v1/devices/1/graphs", body: body)
        #expect(failed.status == 404 && failed.body.contains("no row “x”"))
    }

    @Test(arguments: [("", true), ("?keep_data=1", true), ("?keep_data=0", false)])
    func `a graph is removed, and its file stays unless it is to go`(query: String, keeps: Bool)
        async throws
    {
        let fixture = try WebFixture()
        #expect(try await fixture.publicly(.delete, "/api/v1/graphs/1").status == 401)
        #expect(try await fixture.admin(.delete, "/api/v1/graphs/1\(query)").status == 204)
        let deleted = fixture.operations.deletedGraphs.withLock { $0 }
        #expect(deleted.count == 1 && deleted[0].0 == GraphID(1) && deleted[0].1 == keeps)
        #expect(try await fixture.admin(.delete, "/api/v1/graphs/99").status == 404)
    }

    @Test func `what a device may have, and what there is to recognise it by, is for everybody`()
        async throws
    {
        let fixture = try WebFixture()
        let offers = try await fixture.publicly(.get, "/api/v1/devices/1/offers")
        #expect(offers.status == 200)
        for text in [
            #""template":"interface_traffic""#, #""automatic":true"#, #""query":"interfaces""#,
            #""rows":1"#, #""graphs":1"#, #""automatic":false"#, #""query":null,"rows":null"#,
        ] { #expect(offers.body.contains(text), "\(text) in \(offers.body)") }
        let templates = try await fixture.publicly(.get, "/api/v1/templates")
        #expect(templates.status == 200)
        for text in [
            #""name":"generic_snmp""#, #""class":"generic""#, #""class":"ups""#, #""source":""#,
        ] { #expect(templates.body.contains(text), "\(text)") }
    }

    @Test func `recognising again answers with what was added`() async throws {
        let fixture = try WebFixture()
        let answer = try await fixture.admin(.post, "/api/v1/devices/1/recognise")
        #expect(answer.status == 200 && answer.body.contains(#""added":["Printer"]"#))
        #expect(try await fixture.publicly(.post, "/api/v1/devices/1/recognise").status == 401)
        let batch = try await fixture.admin(
            .post, "/api/v1/device-batches", body: #"{"devices":[1],"action":"recognise"}"#)
        #expect(batch.body.contains("new: Printer"), "\(batch.body)")
        let odd = try await fixture.admin(
            .post, "/api/v1/device-batches",
            body: #"{"devices":[1],"action":"recognise","query":"interfaces"}"#)
        #expect(odd.status == 400)
    }
}
