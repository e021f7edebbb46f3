import PollerModel
import PollerSecrets
import Testing

@Suite struct OneTimeCodeTests {
    private static let secret = SecretBytes(Array("12345678901234567890".utf8))

    /// RFC 6238, appendix B, the rows with SHA-1.
    @Test(
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"), (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func `a code is that of RFC 6238`(seconds: Int64, code: String) throws {
        let step = OneTimeCode.step(at: Timestamp(seconds: seconds))
        #expect(try OneTimeCode.text(of: Self.secret, step: step, digits: 8) == code)
        #expect(try OneTimeCode.text(of: Self.secret, step: step) == code.suffix(6))
    }

    /// RFC 4226, appendix D.
    @Test func `the codes of the first ten steps are those of RFC 4226`() throws {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ]
        for (step, code) in codes.enumerated() {
            #expect(try OneTimeCode.text(of: Self.secret, step: Int64(step)) == code)
        }
    }

    @Test func `a code counts one step early and one late, and once`() throws {
        let now = Timestamp(seconds: 1_795_000_005)
        let present = OneTimeCode.step(at: now)
        for offset: Int64 in -3...3 {
            let code = try OneTimeCode.text(of: Self.secret, step: present + offset)
            let found = try OneTimeCode.step(of: code, under: Self.secret, at: now, after: 0)
            #expect(found == (abs(offset) <= 1 ? present + offset : nil), "\(offset)")
            let again = try OneTimeCode.step(
                of: code, under: Self.secret, at: now, after: present)
            #expect(again == (offset == 1 ? present + 1 : nil), "\(offset)")
        }
    }

    @Test(arguments: ["", "12345", "1234567", "abcdef", "      "])
    func `what is no code is never right`(text: String) throws {
        let now = Timestamp(seconds: 1_795_000_005)
        #expect(try OneTimeCode.step(of: text, under: Self.secret, at: now, after: 0) == nil)
    }

    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
    ])
    func `base 32 is that of RFC 4648, without padding`(text: String, digits: String) {
        #expect(Base32.text(Array(text.utf8)) == digits)
    }

    @Test func `an address for applications holds name and secret`() throws {
        let address = SecondFactor.address(
            of: try AccountName("ann+x@example.org"), secret: Array("foobar".utf8))
        #expect(
            address == "otpauth://totp/Pollerd:ann%2Bx%40example.org?secret=MZXW6YTBOI"
                + "&issuer=Pollerd&algorithm=SHA1&digits=6&period=30")
    }

    @Test func `a recovery code is read as it is written, and as people write it`() {
        let text = SecondFactor.recoveryText([UInt8](0..<10))
        #expect(text == "aaaq-eaye-auda-ocaj")
        for typed in [text, text.uppercased(), "aaaqeayeaudaocaj", " AAAQ eaye-AUDA ocaj "] {
            #expect(SecondFactor.recoveryDigits(typed) == "aaaqeayeaudaocaj")
        }
        for typed in ["", "123456", String(text.dropLast()), text + "a", "aaa1-eaye-auda-ocaj"] {
            #expect(SecondFactor.recoveryDigits(typed) == nil, "\(typed)")
        }
    }

    @Test func `an invented password is long, and another each time`() throws {
        let made = try (0..<20).map { _ in
            try InventedPassword.make().withExposedValue { $0 }
        }
        #expect(Set(made).count == 20 && made.allSatisfy { $0.count == 19 })
        let name = try AccountName("ann")
        for password in made { #expect(PasswordRule.objection(to: password, of: name) == nil) }
    }
}
