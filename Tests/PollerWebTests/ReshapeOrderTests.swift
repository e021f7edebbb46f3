import HTTPTypes
import PollerModel
import Synchronization
import Testing

@testable import PollerWeb

/// `POST /api/v1/rrd/reshape`.
@Suite struct ReshapeOrderTests {
    @Test func `an order is taken as it stands, and tells how far it is`() async throws {
        let fixture = try WebFixture()
        let answer = try await fixture.admin(
            .post, "/api/v1/rrd/reshape",
            body: #"{"devices": [1], "data_sources": [1], "profile": "long", "dry_run": true}"#)
        #expect(answer.status == 200)
        #expect(
            fixture.archives.requests.withLock { $0 } == [
                ReshapeRequest(
                    devices: [DeviceID(1)], sources: [DataSourceID(1)], profile: "long",
                    isDryRun: true)
            ])
        let lines = answer.body.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].contains(#""done":0"#) && lines[0].contains(#""total":2"#))
        #expect(lines[1].contains(#""failures":["rrd/1/1.rrd is not there"]"#))
        #expect(lines[1].contains(#""undo_folder":null"#))
    }

    @Test(
        arguments: [
            ("{}", "name devices or data_sources, or set all to true"),
            (#"{"all": false}"#, "name devices or data_sources, or set all to true"),
            (#"{"all": true, "devices": [1]}"#, "leaves no choice"),
            (#"{"all": true, "dryrun": true}"#, "dry_run"),
            (#"{"devices": ["1"]}"#, "devices"), (#"{"all": 1}"#, "all"), ("[]", ""),
        ])
    func `an order that may mean something else is refused`(body: String, words: String)
        async throws
    {
        let fixture = try WebFixture()
        let answer = try await fixture.admin(.post, "/api/v1/rrd/reshape", body: body)
        #expect(answer.status == 400)
        #expect(answer.body.contains(words), "\(answer.body)")
        #expect(fixture.archives.requests.withLock { $0 }.isEmpty)
    }

    @Test func `what the order cannot mean is the last line`() async throws {
        let fixture = try WebFixture()
        let answer = try await fixture.admin(
            .post, "/api/v1/rrd/reshape", body: #"{"all": true, "profile": "lost"}"#)
        #expect(answer.body.contains(#""code":"not_found""#), "\(answer.body)")
    }
}
