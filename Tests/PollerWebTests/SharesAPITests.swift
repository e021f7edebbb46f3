import HTTPTypes
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct SharesAPITests {
    private let fixture: ShareFixture

    init() throws { fixture = try ShareFixture() }

    @Test func `shares are made, listed and revoked through the admin socket only`() async throws {
        let web = fixture.web
        for (method, path) in [
            (HTTPRequest.Method.post, "/api/v1/graphs/1/shares"), (.get, "/api/v1/shares"),
            (.delete, "/api/v1/shares/1"), (.get, "/api/v1/share-keys"),
            (.post, "/api/v1/share-keys"), (.delete, "/api/v1/share-keys/1"),
        ] { #expect(try await web.publicly(method, path).status == 401, "\(method) \(path)") }
        _ = try await fixture.share(#"{"label":"ticket 7","expires":"never"}"#)
        _ = try await fixture.share(#"{"any_range":true}"#, graph: 2)
        let all = try await web.admin(.get, "/api/v1/shares")
        for text in [
            #""label":"ticket 7""#, #""expires_at":null"#, #""state":"valid""#, #""uses":0"#,
            #""allows":"now-1d to now as png, 700 × 200, light""#, #""last_used_at":null"#,
            #""graph_title":"sw1-1 - Traffic""#, #""allows":"any range, size and theme""#,
        ] { #expect(all.body.contains(text), "\(text) in \(all.body)") }
        let one = try await web.admin(.get, "/api/v1/shares?graph=2")
        #expect(!one.body.contains("ticket 7") && one.body.contains(#""graph_id":2"#))
        let page = try await web.admin(.get, "/api/v1/shares?limit=1")
        #expect(page.body.contains(#""next":"1""#))
        #expect(try await web.admin(.delete, "/api/v1/shares/9").status == 404)
        #expect(try await web.admin(.delete, "/api/v1/shares/x").status == 404)
        #expect(try await web.admin(.get, "/api/v1/shares?graph=x").status == 400)
    }

    @Test(arguments: [
        (#"{"expire":"1d"}"#, "did you mean “expires”?"), (#"{"expires":"11y"}"#, "ten years"),
        (#"{"width":99}"#, "width is 100 to 4000"), (#"{"format":"gif"}"#, "no format of graphs"),
        (#"{"any_range":true,"from":"now-1h"}"#, "of its own"), ("[]", "not as expected"),
    ])
    func `an order that cannot be is refused, and makes no share`(body: String, words: String)
        async throws
    {
        let answer = try await fixture.web.admin(.post, "/api/v1/graphs/1/shares", body: body)
        #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        #expect(try await fixture.register.shares(of: nil).isEmpty)
        #expect(
            try await fixture.web.admin(.post, "/api/v1/graphs/99/shares", body: "{}").status == 404
        )
    }

    @Test func `uses are counted, and kept once in a minute`() async throws {
        let path = try await fixture.share()
        let id = ShareID(1)
        _ = try await fixture.embedded(path)
        #expect(try await fixture.register.share(id)?.use?.count == 1)
        _ = try await fixture.embedded(path)
        // What is refused is no use.
        _ = try await fixture.embedded(path + "?width=300")
        fixture.web.clock.advance(milliseconds: ShareDesk.countingMilliseconds - 1)
        _ = try await fixture.embedded(path)
        #expect(try await fixture.register.share(id)?.use?.count == 1)
        fixture.web.clock.advance(milliseconds: 1)
        _ = try await fixture.embedded(path)
        let use = try await fixture.register.share(id)?.use
        #expect(use == ShareUse(count: 4, lastAt: fixture.web.clock.now.wall))
        _ = try await fixture.embedded(path)
        #expect(try await fixture.web.admin(.get, "/api/v1/shares").body.contains(#""uses":5"#))
    }

    @Test func `a new key signs, the old one's links stay valid until it is removed`() async throws
    {
        let web = fixture.web
        let old = try await fixture.share()
        #expect(try await web.admin(.post, "/api/v1/share-keys").status == 201)
        let new = try await fixture.share()
        for path in [old, new] { #expect(try await fixture.embedded(path).status == 200) }
        let keys = try await web.admin(.get, "/api/v1/share-keys").body
        #expect(keys.contains(#""id":1,"shares":1,"signs":false"#), "\(keys)")
        #expect(keys.contains(#""id":2,"shares":1,"signs":true"#), "\(keys)")
        #expect(try await web.admin(.delete, "/api/v1/share-keys/1").status == 204)
        #expect(try await fixture.embedded(old).status == 404)
        #expect(try await fixture.embedded(new).status == 200)
        #expect(try await web.admin(.get, "/api/v1/shares").body.contains(#""state":"revoked""#))
        #expect(try await web.admin(.delete, "/api/v1/share-keys/1").status == 404)
    }

    @Test func `neither tokens nor keys are in any line of the log, listing or problem`()
        async throws
    {
        let link = try await fixture.link()
        let path = try #require(link.url.firstRange(of: "/share/")).lowerBound
        let address = String(link.url[path...])
        var seen: [String] = []
        for asked in [
            address, address + "?width=1", address + "/x", "/SHARE\(address.dropFirst(6))",
        ] {
            seen.append(try await fixture.web.get(asked, headers: []).body)
            seen.append(try await fixture.web.get(asked).body)
        }
        fixture.web.renderer.failure.withLock { $0 = .failed(detail: "no fonts") }
        seen.append(try await fixture.web.get(address).body)
        _ = try await fixture.web.admin(.post, "/api/v1/share-keys")
        for listing in ["shares", "share-keys"] {
            seen.append(try await fixture.web.admin(.get, "/api/v1/\(listing)").body)
        }
        _ = try await fixture.web.admin(.delete, "/api/v1/shares/\(link.share.id)")
        seen.append(try await fixture.web.get(address).body)
        seen.append(fixture.log.text)
        #expect(fixture.log.text.contains("graph 1 is shared"))
        let token = String(address.dropFirst("/share/".count).dropLast(4))
        let tail = String(token.suffix(30))
        for text in seen { #expect(!text.contains(tail), "\(text)") }
        for key in try await fixture.register.signingKeys() {
            let hex = key.withExposedBytes { Hexadecimal.text($0.prefix(8)) }
            let base = key.withExposedBytes { Base64URL.text(Array($0.prefix(9))) }
            for text in seen { #expect(!text.contains(hex) && !text.contains(base)) }
        }
    }
}
