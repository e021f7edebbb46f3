import Logging
import PollerEngine
import PollerModel
import TestSupport
import Testing

@testable import PollerSNMP
@testable import PollerSimulator

/// net-snmp's codec and the simulator's were written by different people: each reads what the
/// other writes.
@Suite(.serialized) struct DecodingTests {
    /// Decodes with the padding the engine's receiver provides.
    private func decode(_ bytes: [UInt8]) throws -> SNMPLibrary.Message {
        var arenas = SNMPLibrary.Arenas()
        let padded = bytes + [UInt8](repeating: 0, count: 64)
        return try padded.withUnsafeBufferPointer { buffer in
            try SNMPLibrary.decode(
                UnsafeBufferPointer(rebasing: buffer[..<bytes.count]), arenas: &arenas)
        }
    }

    private let values: [SNMPValue] = [
        .integer(-1), .integer(2_147_483_647), .integer(-2_147_483_648), .octets([]),
        .octets(Array("eth0".utf8)), .octets([UInt8](repeating: 0xff, count: 300)), .null,
        .oid(OID([1, 3, 6, 1, 4, 1, 4_294_967_295])), .oid(OID([2, 40, 5])),
        .ipAddress([192, 0, 2, 1]),
        .counter32(0), .counter32(.max), .gauge32(.max), .timeTicks(.max), .counter64(0),
        .counter64(.max), .counter64(1 << 63), .float(0.25), .noSuchObject, .noSuchInstance,
        .endOfMibView,
    ]

    @Test func `every type of value survives the way`() throws {
        try withLibrary {
            let varbinds = values.enumerated().map { VarBind(OID([1, 3, 6, 1, UInt32($0)]), $1) }
            let message = SNMPMessage(
                version: .v2c, community: Array("public".utf8), pdu: .response, requestID: 77,
                varbinds: varbinds)
            let decoded = try decode(message.encoded)
            #expect(decoded.requestID == 77 && decoded.isResponse && decoded.version == .v2c)
            #expect(decoded.community == Array("public".utf8))
            #expect(decoded.varbinds == varbinds)
        }
    }

    @Test func `what net-snmp writes, the simulator reads`() throws {
        try withLibrary {
            let objects = [
                OID([1, 3, 6, 1, 2, 1]), OID([1, 3, 6, 1, 4, 1, 4_294_967_295, 0, 128]),
            ]
            let bytes = try SNMPLibrary.encode(
                Question(kind: .getBulk(maxRepetitions: 25), objects: objects), requestID: .max,
                version: .v2c, community: Secret("sécret"))
            let message = try SNMPMessage(decoding: bytes)
            #expect(message.pdu == .getBulk && message.requestID == .max)
            #expect(message.errorStatus == 0 && message.errorIndex == 25)
            #expect(message.varbinds.map(\.oid) == objects)
            #expect(message.community == Array("sécret".utf8))
        }
    }

    @Test func `a length that is not the packet's is refused`() throws {
        try withLibrary {
            let message = SNMPMessage(
                version: .v2c, community: [0x61], pdu: .response, requestID: 1, varbinds: [])
            #expect(throws: SNMPLibrary.DecodingFailure.lengthMismatch) {
                try decode(message.encoded + [0])
            }
            #expect(throws: SNMPLibrary.DecodingFailure.lengthMismatch) {
                try decode(Array(message.encoded.dropLast()))
            }
            #expect(throws: SNMPLibrary.DecodingFailure.lengthMismatch) { try decode([]) }
        }
    }

    @Test(arguments: [2, 9] as [UInt8])
    func `other versions never reach the library's parser`(version: UInt8) throws {
        try withLibrary {
            var bytes = SNMPMessage(
                version: .v2c, community: [0x61], pdu: .response, requestID: 1, varbinds: []
            ).encoded
            bytes[4] = version
            #expect(throws: SNMPLibrary.DecodingFailure.unknownVersion) { try decode(bytes) }
        }
    }

    @Test func `mutated messages are refused or read, and never more`() throws {
        try withLibrary {
            let seed = UInt64.random(in: .min ... .max)
            var random = SeededGenerator(seed: seed)
            let varbinds = values.enumerated().map { VarBind(OID([1, 3, 6, 1, UInt32($0)]), $1) }
            let original = SNMPMessage(
                version: .v2c, community: Array("public".utf8), pdu: .response, requestID: 77,
                varbinds: varbinds
            ).encoded
            var decoded = 0
            for _ in 0..<20_000 {
                var bytes = original
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] =
                        UInt8.random(in: 0...255, using: &random)
                }
                if (try? decode(bytes)) != nil { decoded += 1 }
            }
            #expect(decoded > 100 && decoded < 19_900, "seed \(seed): \(decoded)")
        }
    }

    /// A message of SNMPv3 as it is on the wire: the head in clear, the rest as `body` has it.
    private func secureMessage(model: UInt8, body: [UInt8]) -> [UInt8] {
        let head: [UInt8] = [
            0x30, 0x0f, 0x02, 0x02, 0x12, 0x34, 0x02, 0x03, 0x00, 0xff, 0xe3, 0x04, 0x01, 0x00,
        ]
        let content = [0x02, 0x01, 0x03] + head + [0x02, 0x01, model] + body
        return [0x30, UInt8(content.count)] + content
    }

    @Test func `the head of SNMPv3 is read, and other security models are refused`() throws {
        try withLibrary {
            let body: [UInt8] = [0x04, 0x00, 0x30, 0x00]
            let packet = secureMessage(model: 3, body: body)
            let head = packet.withUnsafeBufferPointer { SNMPLibrary.head(of: $0) }
            #expect(head?.isVersion3 == true && head?.messageID == 0x1234)
            for model: UInt8 in [0, 1, 2, 4, 0x7f] {
                let other = secureMessage(model: model, body: body)
                #expect(other.withUnsafeBufferPointer { SNMPLibrary.head(of: $0) } == nil)
            }
            // A message of SNMPv3 never goes to the parser of the others.
            #expect(throws: SNMPLibrary.DecodingFailure.unknownVersion) { try decode(packet) }
        }
    }

    private func withLibrary(_ body: () throws -> Void) throws {
        let folder = try TemporaryFolder()
        SNMPLibrary.start(
            folder: folder.path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            timekeeper: SystemTimekeeper())
        try body()
    }
}
