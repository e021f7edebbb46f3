import PollerModel
import Testing

@testable import PollerSecrets

@Suite struct PasswordHasherTests {
    private static let cheap = PasswordHasher(cost: .init(logCost: 4))

    /// The first 32 bytes of RFC 7914 §12's vectors, whose hashes are 64 bytes long: the last step
    /// of scrypt (PBKDF2) makes each block of 32 bytes by itself.
    @Test(
        arguments: [
            (
                "", "", 4, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
            ),
            (
                "password", "NaCl", 10, 8, 16,
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            ),
            (
                "pleaseletmein", "SodiumChloride", 14, 8, 1,
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
            ),
        ] as [(String, String, UInt32, UInt32, UInt32, String)])
    func `a hash is that of RFC 7914`(
        password: String, salt: String, logCost: UInt32, block: UInt32, parallel: UInt32,
        hash: String
    ) throws {
        let cost = PasswordHasher.Cost(logCost: logCost, block: block, parallel: parallel)
        let found = try PasswordHasher.scrypt(
            Secret(password), salt: Array(salt.utf8), cost)
        #expect(Hexadecimal.text(found) == hash)
    }

    @Test func `a hash of the database that costs more than ours ever do is right for nothing`()
        throws
    {
        let bytes = try #require(
            Hexadecimal.bytes("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"))
        let salt = Base64URL.text(Array("NaCl".utf8))
        let dear = PasswordHash("$scrypt$ln=10,r=8,p=16$\(salt)$\(Base64URL.text(bytes))")
        #expect(try !Self.cheap.isRight(Secret("password"), for: dear))
    }

    @Test func `a password is right for its own hash, and each hash has a salt of its own`() throws
    {
        let password = Secret("correct horse battery")
        let hashes = try (0..<10).map { _ in try Self.cheap.hash(password) }
        #expect(Set(hashes).count == 10)
        for hash in hashes { #expect(try Self.cheap.isRight(password, for: hash)) }
        for other in [
            "", "correct horse batter", "Correct horse battery", "correct horse battery ",
        ] {
            #expect(try !Self.cheap.isRight(Secret(other), for: hashes[0]))
        }
    }

    @Test func `a hash is never printed`() throws {
        let hash = try Self.cheap.hash(Secret("correct horse battery"))
        #expect(!"\(hash)".contains("scrypt") && !String(reflecting: hash).contains("scrypt"))
    }

    @Test func `a damaged hash is right for nothing`() throws {
        let password = Secret("correct horse battery")
        let good = try Self.cheap.hash(password).secret.withExposedValue { $0 }
        let fields = good.split(separator: "$").map(String.init)
        for text in [
            "", "$", "$$$$", String(good.dropLast()), good + "$x",
            "$bcrypt$\(fields[1])$\(fields[2])$\(fields[3])",
            "$scrypt$ln=4,r=8$\(fields[2])$\(fields[3])",
            "$scrypt$ln=0,r=8,p=1$\(fields[2])$\(fields[3])",
            "$scrypt$ln=21,r=8,p=1$\(fields[2])$\(fields[3])",
            "$scrypt$ln=4,r=17,p=1$\(fields[2])$\(fields[3])",
            "$scrypt$ln=4,r=8,p=5$\(fields[2])$\(fields[3])",
            "$scrypt$ln=-4,r=8,p=1$\(fields[2])$\(fields[3])",
            "$scrypt$r=8,ln=4,p=1$\(fields[2])$\(fields[3])",
            "$scrypt$\(fields[1])$!!$\(fields[3])", "$scrypt$\(fields[1])$\(fields[2])$",
        ] {
            #expect(try !Self.cheap.isRight(password, for: PasswordHash(text)), "\(text)")
        }
        #expect(try Self.cheap.isRight(password, for: PasswordHash(good)))
    }

    @Test func `a hash of another cost is right, and is to be made anew`() throws {
        let password = Secret("correct horse battery")
        let dearer = PasswordHasher(cost: .init(logCost: 5))
        let hash = try Self.cheap.hash(password)
        #expect(try dearer.isRight(password, for: hash))
        #expect(dearer.isOutdated(hash) && !Self.cheap.isOutdated(hash))
        #expect(Self.cheap.isOutdated(PasswordHash("$scrypt$damaged")))
    }

    @Test func `the usual cost is that of OWASP, and libcrypto can pay it`() throws {
        let password = Secret("correct horse battery")
        let hash = try PasswordHasher().hash(password)
        #expect(hash.secret.withExposedValue { $0.hasPrefix("$scrypt$ln=17,r=8,p=1$") })
        #expect(try Self.cheap.isRight(password, for: hash))
    }

    @Test func `opaque tokens are 256 bits, and what follows from one differs by purpose`() throws {
        let token = try OpaqueToken.make()
        let other = try OpaqueToken.make()
        #expect(token.count == 43 && token != other)
        #expect(try OpaqueToken.digest(of: "abc") == SHA256.digest(Array("abc".utf8)))
        let derived = try OpaqueToken.derived(from: token, for: "a")
        #expect(try derived == OpaqueToken.derived(from: token, for: "a"))
        #expect(try derived != OpaqueToken.derived(from: token, for: "b"))
        #expect(derived != token)
    }
}
