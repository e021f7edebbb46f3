import PollerModel
import PollerSecrets
import Testing

@Suite struct CryptographyTests {
    @Test(arguments: [
        // FIPS 180-4's examples, and the empty text.
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `a SHA-256 is that of the standard`(text: String, digest: String) throws {
        #expect(Hexadecimal.text(try SHA256.digest(Array(text.utf8))) == digest)
    }

    @Test func `an HMAC is that of RFC 4231`() throws {
        let first = try HMAC.signature(
            of: Array("Hi There".utf8), under: [UInt8](repeating: 0x0b, count: 20))
        #expect(
            Hexadecimal.text(first)
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let second = try HMAC.signature(
            of: Array("what do ya want for nothing?".utf8), under: Array("Jefe".utf8))
        #expect(
            Hexadecimal.text(second)
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        // Test case 6: a key longer than a block.
        let third = try HMAC.signature(
            of: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            under: [UInt8](repeating: 0xaa, count: 131))
        #expect(
            Hexadecimal.text(third)
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func `texts are equal when every byte is`() {
        #expect(ConstantTime.areEqual([], []))
        let bytes: [UInt8] = Array(0..<32)
        #expect(ConstantTime.areEqual(bytes, bytes))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(!ConstantTime.areEqual(bytes, other))
        }
        #expect(!ConstantTime.areEqual(bytes, Array(bytes.dropLast())))
    }

    @Test func `random bytes are as many as asked for, and others each time`() throws {
        #expect(try RandomBytes.make(0).isEmpty)
        let drawn = try (0..<100).map { _ in try RandomBytes.make(16) }
        #expect(Set(drawn).count == 100)
        #expect(drawn.allSatisfy { $0.count == 16 })
    }

    @Test func `the library tells its version`() {
        #expect(CryptographyLibrary.version.hasPrefix("3."))
    }
}
