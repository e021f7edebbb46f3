import Foundation
import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

extension RecordedRenderer {
    func command(for script: GraphScript, folder: String) -> [String] {
        ["--title", script.title, "DEF:v0=\(folder)/rrd/1/1.rrd:traffic_in:AVERAGE:step=60"]
    }
}

@Suite struct GraphDataTests {
    private let hour = "from=1795600020&to=1795603620"

    private func report(_ answer: WebFixture.Answer) throws -> GraphNumbersReport {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(GraphNumbersReport.self, from: Data(answer.bytes))
    }

    private func lines(_ answer: WebFixture.Answer) -> [String] {
        answer.body.components(separatedBy: "\r\n")
    }

    @Test func `the rows of a picture are a file for spreadsheets`() async throws {
        let answer = try await WebFixture().get("/graphs/1.csv?\(hour)")
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/csv; charset=utf-8; header=present")
        #expect(
            answer.headers[.contentDisposition]
                == "attachment; filename=\"graph-1-20261125T094700Z-20261125T104700Z.csv\"")
        let lines = lines(answer)
        #expect(lines[0] == "time,Inbound,Outbound,In + out,Larger of both")
        // The row that ends at 09:48 is 48 of 97 minutes, a thousand octets each, in bits.
        let minute = (1_795_600_080 / 60) % 97
        #expect(
            lines[1]
                == "2026-11-25T09:48:00Z,\(minute * 8_000),\(minute * 3_200),\(minute * 11_200),"
                + "\(minute * 8_000)")
        #expect(lines.count == 1 + 60 + 1 && lines.last == "")
        #expect(lines[60].hasPrefix("2026-11-25T10:47:00Z,"))
    }

    @Test func `the numbers and the rows agree`() async throws {
        let fixture = try WebFixture()
        let answer = try await fixture.get("/graphs/1.json?\(hour)&percentile=50")
        #expect(answer.status == 200 && answer.headers[.contentType] == "application/json")
        let report = try report(answer)
        #expect(report.template == "interface_traffic" && report.unit == "bits per second")
        #expect(report.from == "2026-11-25T09:47:00Z" && report.to == "2026-11-25T10:47:00Z")
        #expect(report.rowSeconds == 60 && report.totalUnit == "B" && report.percentile == 50)
        #expect(report.knownShare == 1 && report.unknown.isEmpty)
        #expect(report.times?.count == 60)
        let series = try #require(report.series.first)
        let values = try #require(series.values).compactMap { $0 }
        #expect(values.count == 60 && series.knownRows == 60)
        let mean = values.reduce(0, +) / 60
        #expect(abs(try #require(series.average) - mean) < 1e-6)
        #expect(series.maximum == values.max() && series.minimum == values.min())
        #expect(abs(try #require(series.total) - mean * 3_600 / 8) < 1e-3)
        let numbers = try await fixture.get("/api/v1/graphs/1/numbers?\(hour)&percentile=50")
        let short = try self.report(numbers)
        #expect(short.times == nil && short.series.allSatisfy { $0.values == nil })
        #expect(short.series.map(\.average) == report.series.map(\.average))
        #expect(!numbers.body.contains("\"values\""))
    }

    @Test func `what is unknown is an empty cell and null, never a number`() async throws {
        let fixture = try WebFixture()
        fixture.store.failure.withLock { $0 = .stopped }
        let csv = try await fixture.get("/graphs/1.csv?\(hour)")
        #expect(csv.status == 200 && lines(csv)[1] == "2026-11-25T09:48:00Z,,,,")
        let json = try await fixture.get("/graphs/1.json?\(hour)")
        #expect(!json.body.lowercased().contains("nan"))
        let report = try report(json)
        #expect(report.series[0].values?.allSatisfy { $0 == nil } == true)
        #expect(report.series[0].average == nil && report.knownShare == 0)
        #expect(report.unknown.count == 1 && !report.notes.isEmpty)
        #expect(json.body.contains("\"average\":null"))
    }

    @Test(arguments: ["/graphs/1.csv", "/graphs/1.json", "/api/v1/graphs/1/numbers"])
    func `what somebody has is not sent again`(path: String) async throws {
        let fixture = try WebFixture()
        let first = try await fixture.get("\(path)?\(hour)")
        let tag = try #require(first.headers[.eTag])
        let again = try await fixture.get("\(path)?\(hour)", headers: [(.ifNoneMatch, tag)])
        #expect(again.status == 304 && again.bytes.isEmpty)
        let other = try await fixture.get(
            "\(path)?\(hour)&units=bytes", headers: [(.ifNoneMatch, tag)])
        #expect(other.status == 200)
        let head = try await fixture.get("\(path)?\(hour)", method: .head)
        #expect(head.status == 200 && head.bytes.isEmpty && head.headers == first.headers)
    }

    @Test(arguments: [
        ("/graphs/1.csv?from=now", 400, "not before"),
        ("/graphs/1.json?axis=round", 400, "“axis” cannot be “round”"),
        ("/graphs/1.csv?percentile=0", 400, "percentile is 0.1 to 100"),
        ("/graphs/99.csv", 404, "there is no graph 99"),
        ("/graphs/x.json", 404, "there is no graph x"),
        ("/api/v1/graphs/99/numbers", 404, "there is no graph 99"),
        ("/api/v1/graphs/1/command?format=gif", 400, "“format” is png or svg"),
    ])
    func `what cannot be answered is said in a sentence`(
        path: String, status: Int, words: String
    ) async throws {
        let answer = try await WebFixture().get(path, headers: [])
        #expect(answer.status == status && answer.body.contains(words), "\(answer.body)")
    }

    @Test func `where files lie is told on the admin socket only`() async throws {
        let fixture = try WebFixture()
        let admin = try await fixture.admin(.get, "/api/v1/graphs/1/command?\(hour)")
        #expect(admin.body.hasPrefix("LC_ALL=C TZ=UTC rrdtool graph \\\n  graph-1.png \\\n"))
        #expect(admin.body.contains("DEF:v0=\(WebFixture.stateFolder)/rrd/1/1.rrd:traffic_in"))
        #expect(fixture.store.settled.withLock { $0 } == ["rrd/1/1.rrd"])
        let open = try await fixture.get("/api/v1/graphs/1/command?\(hour)")
        #expect(open.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(open.body.contains("\n  DEF:v0=\"$STATE\"/rrd/1/1.rrd:traffic_in:AVERAGE"))
        fixture.store.failure.withLock {
            $0 = .failed(
                path: "rrd/1/1.rrd", operation: "read",
                detail: "opening '\(WebFixture.stateFolder)/rrd/1/1.rrd': No such file")
        }
        for path in ["/graphs/1.json", "/graphs/1", "/api/v1/graphs/1/command"] {
            let answer = try await fixture.get("\(path)?\(hour)")
            #expect(answer.status == 200)
            #expect(!answer.body.contains(WebFixture.stateFolder), "\(path): \(answer.body)")
        }
        let script = fixture.renderer.scripts.withLock { "\($0)" }
        #expect(!script.contains(WebFixture.stateFolder))
    }

    @Test(arguments: hostileTexts)
    func `a hostile title is text in each of them`(hostile: String) async throws {
        let fixture = try WebFixture(deviceText: hostile)
        let title = try #require(fixture.inventory.definitions.graph(GraphID(1))).graph.title
        let json = try report(try await fixture.get("/graphs/1.json?\(hour)"))
        #expect(json.title == title)
        let csv = try await fixture.get("/graphs/1.csv?\(hour)")
        #expect(lines(csv)[0] == "time,Inbound,Outbound,In + out,Larger of both")
        let command = try await fixture.get("/api/v1/graphs/1/command?\(hour)").body
        let sh = try #require(Program.find("sh"))
        let spoken = try await Program.run(
            sh, ["-c", "rrdtool() { printf '%s\\n' \"$@\"; }\n" + command],
            environment: ["STATE": "/state"])
        let words = spoken.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(words.prefix(3) == ["graph", "graph-1.png", "--title"])
        #expect(words[4] == "DEF:v0=/state/rrd/1/1.rrd:traffic_in:AVERAGE:step=60")
        let page = try await fixture.get("/graphs/1").body
        #expect(!page.contains("<script>alert") && !page.contains("<img src=x"))
    }

    /// Takes a turn, and gives it back when the gate opens.
    private func hold(_ turns: DataTurns, _ gate: Gate) async -> Bool {
        let held: Bool? = await turns.run {
            await gate.pass()
            return true
        }
        return held ?? false
    }

    @Test func `some are given rows at a time, some wait, and one more is refused`() async throws {
        let turns = DataTurns()
        let gate = Gate()
        let (running, waiting) = (
            GraphDataLimits.largestUnderWay, GraphDataLimits.largestWaiting
        )
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<running + waiting {
                group.addTask { await hold(turns, gate) }
            }
            try await waitUntil("all run or wait") {
                turns.counts == (running, waiting) && gate.heldCount == running
            }
            #expect(await hold(turns, gate) == false)
            gate.open()
            for try await isDone in group { #expect(isDone) }
        }
        #expect(turns.counts == (0, 0))
        #expect(await hold(turns, gate))
    }
}
