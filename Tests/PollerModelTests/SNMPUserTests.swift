import PollerModel
import Testing

@Suite struct SNMPUserTests {
    private func order(_ change: (inout SNMPUserOrder) -> Void) -> SNMPUserOrder {
        var order = SNMPUserOrder(name: "poller")
        change(&order)
        return order
    }

    @Test(arguments: [
        ("SHA-256", "aes", SNMPUser.Authentication.sha256, SNMPUser.Privacy.aes128),
        ("sha", "AES-256-C", .sha1, .aes256C), ("MD5", "DES", .md5, .des),
    ])
    func `protocols are known as people write them`(
        authentication: String, privacy: String, kind: SNMPUser.Authentication,
        privacyKind: SNMPUser.Privacy
    ) throws {
        let user = try order {
            $0.authentication = authentication
            $0.authenticationPassphrase = "longenough"
            $0.privacy = privacy
            $0.privacyPassphrase = "longenough"
            $0.level = "authPriv"
            $0.contextEngineId = "0x80001F8804"
        }.user()
        #expect(user.authentication?.kind == kind && user.privacy?.kind == privacyKind)
        #expect(user.level == .authPriv && user.contextEngineID == [0x80, 0, 0x1f, 0x88, 4])
    }

    @Test func `what a user cannot be is said`() throws {
        let long = String(repeating: "x", count: 33)
        let wrong: [(SNMPUserOrder, String)] = [
            (SNMPUserOrder(name: ""), "1 to 32 bytes"),
            (SNMPUserOrder(name: long), "1 to 32 bytes"),
            (order { $0.authentication = "SHA" }, "authentication passphrase is missing"),
            (order { $0.authenticationPassphrase = "longenough" }, "protocol is missing"),
            (
                order {
                    $0.authentication = "SHA"
                    $0.authenticationPassphrase = "seven77"
                }, "8 to 255 bytes long, not 7"
            ),
            (
                order {
                    $0.authentication = "SHA1024"
                    $0.authenticationPassphrase = "longenough"
                }, "none of MD5, SHA, SHA224"
            ),
            (
                order {
                    $0.privacy = "DES"
                    $0.privacyPassphrase = "longenough"
                }, "no privacy without authentication"
            ),
            (order { $0.level = "authPriv" }, "are those of noAuthNoPriv"),
            (order { $0.level = "high" }, "none of noAuthNoPriv"),
            (order { $0.context = long }, "at most 32 bytes"),
            (order { $0.contextEngineId = "abc" }, "pairs of hexadecimal digits"),
            (order { $0.contextEngineId = "abcd" }, "5 to 32 bytes"),
        ]
        for (order, words) in wrong {
            #expect {
                try order.user()
            } throws: { ($0 as? SNMPUser.Mistake)?.words.contains(words) == true }
        }
    }
}
