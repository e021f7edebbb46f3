import HTTPTypes
import PollerModel
import PollerSecrets
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct SharedPictureTests {
    private let fixture: ShareFixture

    init() throws { fixture = try ShareFixture() }

    private func header(_ answer: WebFixture.Answer, _ name: String) throws -> String? {
        answer.headers[try #require(HTTPField.Name(name))]
    }

    @Test func `another site shows a shared picture under a foreign name, and nothing else`()
        async throws
    {
        let path = try await fixture.share()
        let answer = try await fixture.embedded(path)
        #expect(answer.status == 200 && answer.headers[.contentType] == "image/png")
        #expect(try header(answer, "Referrer-Policy") == "no-referrer")
        #expect(try header(answer, "Cross-Origin-Resource-Policy") == "cross-origin")
        #expect(try header(answer, "X-Frame-Options") == nil)
        #expect(try header(answer, "Content-Security-Policy")?.contains("sandbox") == true)
        let head = try await fixture.embedded(path, method: .head)
        #expect(head.status == 200 && head.bytes.isEmpty)
        let drawn = fixture.web.renderer.scripts.withLock { $0.count }
        for other in [
            "/", "/graphs/1", "/graphs/1.png", "/api/v1/graphs", "/api/v1/shares", "/share",
            "/share/../graphs/1.png", "/share/..%2fgraphs/1.png", "//share/x.png",
            "/SHARE\(path.dropFirst(6))", path + "/x", path + "/../../graphs/1.png",
            "/graphs/1.png?x=/share/", "/static/style.css",
        ] {
            let refused = try await fixture.embedded(other)
            #expect([403, 404, 421].contains(refused.status), "\(other): \(refused.status)")
            #expect(!refused.body.contains("picture "), "\(other)")
        }
        #expect(try await fixture.embedded(path, method: .post).status == 421)
        #expect(fixture.web.renderer.scripts.withLock { $0.count } == drawn)
    }

    @Test func `it is the picture that the graph's own address shows`() async throws {
        let path = try await fixture.share(
            #"{"from":"now-6h","width":400,"height":100,"theme":"dark","scale":2}"#)
        let shared = try await fixture.embedded(path)
        let own = try await fixture.web.get(
            "/graphs/1.png?from=now-6h&to=now&width=400&height=100&theme=dark&scale=2")
        #expect(shared.status == 200 && shared.bytes == own.bytes)
        #expect(shared.headers[.eTag] == own.headers[.eTag])
        let tag = try #require(shared.headers[.eTag])
        let again = try await fixture.web.get(path, headers: [(.ifNoneMatch, tag)])
        #expect(again.status == 304 && again.bytes.isEmpty)
    }

    @Test func `another range, size or form of a shared picture is refused`() async throws {
        let path = try await fixture.share(#"{"from":"now-6h"}"#)
        #expect(try await fixture.embedded(path + "?from=now-6h&width=700").status == 200)
        for (question, status) in [
            ("?from=now-7h", 403), ("?width=701", 403), ("?legend=0", 403), ("?x=1", 403),
            ("?from=now-6h&from=now-6h", 400),
        ] {
            let answer = try await fixture.embedded(path + question)
            #expect(answer.status == status, "\(question)")
            #expect(answer.headers[.contentType] == "application/problem+json")
        }
        let svg = try await fixture.embedded(String(path.dropLast(3)) + "svg")
        #expect(svg.status == 403 && svg.body.contains("this link is for another picture"))
        #expect(try await fixture.embedded(String(path.dropLast(3)) + "gif").status == 404)
        #expect(try await fixture.embedded(String(path.dropLast(4))).status == 404)
    }

    @Test func `a shared graph is shown as anybody likes, and no more is told of it`() async throws
    {
        let path = try await fixture.share(#"{"any_range":true}"#)
        #expect(try await fixture.embedded(path).status == 200)
        #expect(try await fixture.embedded(path + "?from=now-30d&width=900&legend=0").status == 200)
        let script = fixture.web.renderer.scripts.withLock { $0.last }
        #expect(script?.width == 900 && script?.range.seconds == 30 * 86_400)
        #expect(try await fixture.embedded(path + "?width=99").status == 400)
        #expect(try await fixture.embedded(path + "?command=1").status == 403)
    }

    @Test func `a shared graph is given in every form, without places of files`() async throws {
        let path = try await fixture.share(#"{"any_range":true}"#)
        fixture.web.store.failure.withLock {
            $0 = .failed(
                path: "rrd/1/1.rrd", operation: "read",
                detail: "opening '\(WebFixture.stateFolder)/rrd/1/1.rrd': No such file")
        }
        for (format, type) in [
            ("svg", "image/svg+xml"), ("csv", "text/csv; charset=utf-8; header=present"),
            ("json", "application/json"),
        ] {
            let answer = try await fixture.embedded(String(path.dropLast(3)) + format)
            #expect(answer.status == 200 && answer.headers[.contentType] == type)
            #expect(!answer.body.contains(WebFixture.stateFolder), "\(answer.body)")
        }
        let own = try await fixture.web.get("/graphs/1.csv?from=now-2h&to=now&percentile=95")
        let shared = try await fixture.embedded(
            String(path.dropLast(3)) + "csv?from=now-2h&to=now&percentile=95")
        #expect(shared.status == 200 && shared.bytes == own.bytes)
        let exact = try await fixture.share(#"{"format":"csv","from":"now-6h"}"#)
        #expect(exact.hasSuffix(".csv"))
        #expect(try await fixture.embedded(exact).status == 200)
        #expect(try await fixture.embedded(String(exact.dropLast(3)) + "json").status == 403)
    }

    @Test func `a link ends with its second`() async throws {
        let made = fixture.web.clock.now.wall
        let path = try await fixture.share(#"{"expires":"1h"}"#)
        let end = Timestamp(seconds: made.seconds + 3_600)
        fixture.web.clock.setWall(by: end.milliseconds - 1 - made.milliseconds)
        #expect(try await fixture.embedded(path).status == 200)
        fixture.web.clock.setWall(by: 1)
        let answer = try await fixture.embedded(path)
        #expect(answer.status == 410)
        #expect(answer.body.contains("this link expired at \(end.rfc3339)"), "\(answer.body)")
        #expect(answer.body.contains(#""code":"share_expired""#))
    }

    @Test func `a revoked link is dead at once, and other links are not`() async throws {
        let link = try await fixture.link()
        let path = try #require(link.url.firstRange(of: "/share/")).lowerBound
        let revoked = String(link.url[path...])
        let other = try await fixture.share()
        #expect(try await fixture.embedded(revoked).status == 200)
        let answer = try await fixture.web.admin(.delete, "/api/v1/shares/\(link.share.id)")
        #expect(answer.status == 204)
        let dead = try await fixture.embedded(revoked)
        #expect(dead.status == 410 && dead.body.contains("this link was revoked at "))
        #expect(try await fixture.embedded(other).status == 200)
    }

    @Test func `a graph of many data sources is shared like any other`() async throws {
        let aggregate = Aggregate(
            id: GraphID(50), title: "All uplinks", template: "interface_traffic",
            members: .list([DataSourceID(1), DataSourceID(2)]), arrangement: .sum,
            createdAt: Timestamp(seconds: 1_795_000_000))
        let fixture = try ShareFixture(aggregates: [aggregate])
        let link = try await fixture.link(graph: 50)
        #expect(link.share.graphTitle == "All uplinks" && link.share.state == .valid)
        let path = try await fixture.share(graph: 50)
        let shared = try await fixture.embedded(path)
        let own = try await fixture.web.get("/graphs/50.png?from=now-1d&to=now")
        #expect(shared.status == 200 && shared.bytes == own.bytes)
    }

    @Test func `a link to a graph that is gone says so`() async throws {
        let key = try #require(try await fixture.keyAfterFirstLink())
        let share = try await fixture.register.add(
            NewShare(
                graph: GraphID(99), scope: .graph, label: nil, createdBy: "root", expiresAt: nil,
                key: key.id), at: fixture.web.clock.now.wall)
        let token = try ShareSigner.token(for: share, under: key).withExposedText { $0 }
        let answer = try await fixture.embedded("/share/\(token).png")
        #expect(answer.status == 410 && answer.body.contains("graph 99, to which this link leads"))
        let listed = try await fixture.web.admin(.get, "/api/v1/shares?graph=99")
        #expect(listed.body.contains(#""state":"graph_gone""#))
    }

    @Test func `what is no link of ours is unknown in the same words, whatever is wrong with it`()
        async throws
    {
        let path = try await fixture.share()
        let token = Array(path.utf8.dropFirst("/share/".utf8.count).dropLast(4))
        let unknown = try await fixture.embedded("/share/x.png")
        #expect(unknown.status == 404 && unknown.body.contains("there is no such link"))
        var tampered = token.indices.map { index in
            var other = token
            other[index] = other[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            return String(decoding: other, as: UTF8.self)
        }
        let good = String(decoding: token, as: UTF8.self)
        tampered += [
            String(good.dropLast()), good + "A", good.uppercased(), good.lowercased(), good + "%20",
            "", "plr_s_", String(repeating: "A", count: 5_000), good.replacing("_", with: "%5F"),
        ]
        for other in tampered {
            let answer = try await fixture.embedded("/share/\(other).png")
            #expect(answer.status == 404 && answer.body == unknown.body, "\(other)")
        }
        #expect(fixture.web.renderer.scripts.withLock { $0.isEmpty })
        #expect(try await fixture.embedded(path).status == 200)
    }

    @Test func `a failing renderer is a problem document without the token`() async throws {
        let path = try await fixture.share()
        fixture.web.renderer.failure.withLock { $0 = .failed(detail: "no fonts") }
        let answer = try await fixture.embedded(path)
        #expect(answer.status == 500)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(!answer.body.contains("plr_s_"))
    }
}

extension ShareFixture {
    /// The key that the first link makes.
    fileprivate func keyAfterFirstLink() async throws -> SigningKey? {
        _ = try await share()
        return try await register.signingKeys().first
    }
}
