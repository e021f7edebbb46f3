import PollerModel
import PollerSecrets
import TestSupport
import Testing

@Suite struct ShareSignerTests {
    private let now = Timestamp(seconds: 1_795_622_409)

    private func key(_ id: Int64 = 1, seed: UInt8 = 7) throws -> SigningKey {
        let secret = SecretBytes([UInt8](repeating: seed, count: SigningKey.byteCount))
        return try #require(SigningKey(id: SigningKeyID(id), secret: secret, createdAt: now))
    }

    private func share(
        _ id: Int64 = 5, graph: Int64 = 3, scope: ShareScope = .graph,
        expires: Int64? = 2_000_000_000
    ) -> Share {
        Share(
            id: ShareID(id),
            NewShare(
                graph: GraphID(graph), scope: scope, label: "wiki", createdBy: "root",
                expiresAt: expires.map { Timestamp(seconds: $0) }, key: SigningKeyID(1)),
            createdAt: now)
    }

    private func text(_ token: ShareToken) -> String { token.withExposedText { $0 } }

    @Test func `a token is read back, and is genuine and its share's`() throws {
        for expires in [Int64?.none, 2_000_000_000] {
            let share = share(expires: expires)
            let made = try ShareSigner.token(for: share, under: key())
            let read = try #require(ShareToken(text(made)))
            #expect(read == made)
            #expect(read.body.share == share.id && read.body.expiresAt == share.expiresAt)
            #expect(try ShareSigner.isGenuine(read, under: key()))
            #expect(try ShareSigner.isToken(read, of: share))
        }
    }

    @Test func `a token is digits of base64url, 98 characters, and the same each time`() throws {
        let token = text(try ShareSigner.token(for: share(), under: key()))
        #expect(token.hasPrefix("plr_s_") && token.utf8.count == 98)
        #expect(
            token.dropFirst(6).allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0))
            })
        #expect(try text(ShareSigner.token(for: share(), under: key())) == token)
    }

    @Test func `each byte of a token counts`() throws {
        let share = share()
        let bytes = Array(text(try ShareSigner.token(for: share, under: key())).utf8)
        let digits = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.% ".utf8)
        for index in bytes.indices {
            for digit in digits where digit != bytes[index] {
                var other = bytes
                other[index] = digit
                guard let token = ShareToken(String(decoding: other, as: UTF8.self)) else {
                    continue
                }
                let isGenuine = try ShareSigner.isGenuine(token, under: key())
                #expect(!isGenuine, "byte \(index) as \(digit)")
            }
        }
    }

    @Test func `what is shorter, longer or dressed up is no token`() throws {
        let good = text(try ShareSigner.token(for: share(), under: key()))
        #expect(ShareToken(good) != nil)
        for count in 0..<good.utf8.count { #expect(ShareToken(good.prefix(count)) == nil) }
        for bad in [
            good + "A", good + "=", good + "\u{301}", " " + good, good + "\n", good.uppercased(),
            good.lowercased(), "PLR_S_" + good.dropFirst(6), String(good.dropFirst(6)),
            good + "AAAA",
        ] {
            let isGenuine = try ShareToken(bad).map { try ShareSigner.isGenuine($0, under: key()) }
            #expect(isGenuine != true, "\(bad.utf8.count) bytes")
        }
    }

    @Test func `another key's token is not genuine`() throws {
        let token = try ShareSigner.token(for: share(), under: key())
        #expect(try !ShareSigner.isGenuine(token, under: key(seed: 8)))
    }

    @Test func `a share of which anything changed is not the token's any more`() throws {
        let token = try ShareSigner.token(for: share(), under: key())
        for other in [
            share(6), share(graph: 4), share(expires: 2_000_000_001), share(expires: nil),
            share(scope: try #require(ShareScope(text: "picture png now-1d now 700 200 1 light"))),
        ] { #expect(try !ShareSigner.isToken(token, of: other)) }
        // A label is for its owner only.
        var used = share()
        used.use = ShareUse(count: 3, lastAt: now)
        #expect(try ShareSigner.isToken(token, of: used))
    }

    @Test func `tokens and keys do not print themselves`() throws {
        let key = try key()
        let token = try ShareSigner.token(for: share(), under: key)
        let secret = text(token)
        for printed in ["\(token)", String(reflecting: token), "\(key)", String(reflecting: key)] {
            #expect(!printed.contains(secret) && !printed.contains("7, 7"), "\(printed)")
        }
        var dumped = ""
        dump(token, to: &dumped)
        dump(key, to: &dumped)
        #expect(!dumped.contains("7\n") && !dumped.contains("bytes"), "\(dumped)")
        #expect(ShareToken.hidden(in: "/share/\(secret).png/x") == "/share/plr_s_…")
        #expect(ShareToken.hidden(in: "/graphs/1.png") == "/graphs/1.png")
    }
}
