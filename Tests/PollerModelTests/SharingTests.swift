import PollerModel
import Testing

@Suite struct SharingTests {
    private let now = Timestamp(seconds: 1_795_622_409)

    private func share(
        _ scope: ShareScope = .graph, expires: Int64? = nil, revoked: Int64? = nil
    ) -> Share {
        Share(
            id: ShareID(1),
            NewShare(
                graph: GraphID(3), scope: scope, label: nil, createdBy: "root",
                expiresAt: expires.map { Timestamp(seconds: $0) }, key: SigningKeyID(1)),
            createdAt: Timestamp(seconds: 0), revokedAt: revoked.map { Timestamp(seconds: $0) })
    }

    private func verdict(
        _ share: Share?, _ parameters: [String: String] = [:], format: ShareFormat = .png,
        at seconds: Int64 = 1_000, graphs: Set<GraphID> = [GraphID(3)]
    ) -> ShareVerdict {
        ShareVerdict(
            on: share, ShareQuestion(format: format, parameters: parameters),
            now: Timestamp(seconds: seconds)
        ) { graphs.contains($0) }
    }

    private func order(_ change: (inout ShareOrder) -> Void) -> ShareOrder {
        var order = ShareOrder()
        change(&order)
        return order
    }

    @Test func `a share expires with its second, neither before nor after`() {
        let share = share(expires: 2_000)
        let before = ShareVerdict(
            on: share, ShareQuestion(format: .png, parameters: [:]),
            now: Timestamp(milliseconds: 1_999_999)
        ) { _ in true }
        #expect(before == .granted(GraphID(3), parameters: [:]))
        let expired = ShareVerdict.expired(since: Timestamp(seconds: 2_000))
        #expect(verdict(share, at: 2_000) == expired)
        #expect(verdict(share, at: 2_001) == expired)
        #expect(expired.words == "this link expired at 1970-01-01T00:33:20Z")
        #expect(verdict(self.share(), at: 1_000_000) == .granted(GraphID(3), parameters: [:]))
    }

    @Test func `what is revoked says so, whatever else is wrong with it`() {
        let share = share(expires: 500, revoked: 400)
        #expect(verdict(share, graphs: []) == .revoked(since: Timestamp(seconds: 400)))
        #expect(verdict(self.share(), graphs: []) == .graphIsGone(GraphID(3)))
        #expect(verdict(nil) == .unknown)
    }

    @Test func `a shared picture is that one and no other`() throws {
        let scope = try order { $0.from = "now-6h" }.scope(now: now) { _ in 0 }
        let own = [
            "from": "now-6h", "to": "now", "width": "700", "height": "200", "scale": "1",
            "theme": "light",
        ]
        let share = share(scope)
        #expect(verdict(share) == .granted(GraphID(3), parameters: own))
        #expect(verdict(share, own) == .granted(GraphID(3), parameters: own))
        for (key, value) in [
            ("from", "now-7h"), ("to", "now-1h"), ("width", "701"), ("width", "0700"),
            ("height", "199"), ("scale", "2"), ("theme", "dark"), ("legend", "1"), ("x", ""),
        ] { #expect(verdict(share, [key: value]) == .outsideScope(scope), "\(key)=\(value)") }
        #expect(verdict(share, format: .svg) == .outsideScope(scope))
        #expect(
            ShareVerdict.outsideScope(scope).words
                == "this link is for another picture: now-6h to now as png, 700 × 200, light")
    }

    @Test func `a shared graph is free in what it shows, and in nothing else`() {
        let free = [
            "from": "now-1y", "to": "now", "width": "900", "height": "99", "theme": "dark",
            "scale": "2", "legend": "0",
        ]
        for format in ShareFormat.allCases {
            let granted = verdict(share(), free, format: format)
            #expect(granted == .granted(GraphID(3), parameters: free))
        }
        #expect(verdict(share(), ["command": "1"]) == .outsideScope(.graph))
    }

    @Test func `a scope is kept as one text, and read back from that alone`() throws {
        let picture = try order {
            ($0.from, $0.to) = ("now-1d/d", "2026-11-25T16:00:00Z")
            ($0.width, $0.height, $0.scale) = (400, 100, 2)
            ($0.theme, $0.format) = ("dark", "svg")
        }.scope(now: now) { _ in 0 }
        #expect(picture.text == "picture svg now-1d/d 2026-11-25T16:00:00Z 400 100 2 dark")
        for scope in [picture, .graph] { #expect(ShareScope(text: scope.text) == scope) }
        for text in [
            "", "graph ", "Graph", "picture", "picture png now-1d now 700 200 1",
            "picture gif now-1d now 700 200 1 light", "picture png now-1d now 0700 200 1 light",
            "picture png now-1d now 700 200 1 light ", "picture png soon now 700 200 1 light",
        ] { #expect(ShareScope(text: text) == nil, "\(text)") }
    }

    @Test(arguments: [
        ("60m", Int64(3_600)), ("1m", 60), ("12h", 43_200), ("30d", 2_592_000), ("4w", 2_419_200),
        ("2y", 63_072_000), ("3653d", 315_619_200),
    ])
    func `lifetimes are read`(text: String, seconds: Int64) throws {
        let lifetime = try ShareLifetime(text)
        #expect(lifetime == .seconds(seconds))
        #expect(
            lifetime.end(from: Timestamp(milliseconds: 1_999))?.milliseconds == (1 + seconds)
                * 1_000)
    }

    @Test func `by default a link lives for 30 days, and for ever only if that is said`() throws {
        #expect(try ShareOrder().lifetime() == .seconds(30 * 86_400))
        #expect(try order { $0.expires = "never" }.lifetime() == .never)
        #expect(ShareLifetime.never.end(from: now) == nil)
    }

    @Test func `a picture that cannot be drawn is not shared`() {
        let mistakes: [(ShareOrder, String)] = [
            (order { $0.from = "soon" }, "is no time"), (order { $0.to = "now-2d" }, "not before"),
            (order { $0.width = 99 }, "width is 100 to 4000"),
            (order { $0.height = 2_001 }, "height is 20 to 2000"),
            (order { $0.scale = 3 }, "scale is 1 to 2"), (order { $0.theme = "blue" }, "or dark"),
            (order { $0.format = "gif" }, "no format of graphs"),
            (order { ($0.anyRange, $0.from) = (true, "now-1h") }, "theme of its own"),
        ]
        for (order, words) in mistakes {
            #expect {
                try order.scope(now: now) { _ in 0 }
            } throws: { ($0 as? ShareMistake)?.words.contains(words) == true }
        }
    }

    @Test func `a label is printable and of 200 characters at most`() throws {
        let longest = String(repeating: "ä", count: 200)
        #expect(try order { $0.label = longest }.shownLabel() == longest)
        #expect(throws: ShareMistake.self) { try order { $0.label = longest + "b" }.shownLabel() }
        #expect(try order { $0.label = "a\nb\u{202e}" }.shownLabel() == "a b\u{fffd}")
        #expect(try order { $0.label = "  " }.shownLabel() == nil)
        #expect(try ShareOrder().shownLabel() == nil)
    }

    @Test func `base64url is read back, and read in one form only`() {
        for count in 0...70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
            #expect(Base64URL.bytes(Base64URL.text(bytes).utf8) == bytes)
        }
        #expect(Base64URL.text([0xfb, 0xff]) == "-_8")
        for bad in ["A", "AB", "-_9", "AA==", "A A", "AAAAA", "++++", "AA\n"] {
            #expect(Base64URL.bytes(bad.utf8) == nil, "\(bad)")
        }
    }
}
