import Foundation
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
    private struct Decoded {
        let message: SNMPLibrary.Message
        let varbinds: [VarBind]
        let isPublic: Bool
    }

    /// Decodes with the padding the engine's receiver provides.
    private func decode(_ bytes: [UInt8], expected: [OID] = []) throws -> Decoded {
        var arenas = SNMPLibrary.Arenas()
        let padded = bytes + [UInt8](repeating: 0, count: 64)
        return try padded.withUnsafeBufferPointer { buffer in
            let message = try SNMPLibrary.decode(
                UnsafeBufferPointer(rebasing: buffer[..<bytes.count]), arenas: &arenas)
            return Decoded(
                message: message,
                varbinds: SNMPLibrary.varbinds(in: arenas, expected: expected),
                isPublic: SNMPLibrary.isCommunity(Secret("public"), of: arenas))
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
            let objects = varbinds.map(\.oid)
            // Whatever was expected, the same comes out.
            for expected in [[], objects, Array(objects.reversed()), Array(objects.prefix(3))] {
                let decoded = try decode(message.encoded, expected: expected)
                let head = decoded.message
                #expect(head.requestID == 77 && head.isResponse && head.version == .v2c)
                #expect(decoded.isPublic)
                #expect(decoded.varbinds == varbinds)
            }
            var foreign = message
            foreign.community = Array("publix".utf8)
            #expect(try !decode(foreign.encoded).isPublic)
        }
    }

    @Test(
        "a number that its type cannot hold is no value, and a padded one is itself",
        arguments: [
            (0x46, [], .null), (0x46, [0x07], .counter64(7)),
            (0x46, [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .counter64(.max)),
            (0x42, [0, 0xff, 0xff, 0xff, 0xff], .gauge32(.max)), (0x42, [1, 0, 0, 0, 5], .null),
            (0x42, [0, 0, 0, 0, 0, 5], .gauge32(5)), (0x41, [2, 0, 0, 0, 0], .null),
            (0x43, [1, 2, 3, 4, 5, 6], .null), (0x02, [0, 0, 0, 0, 5], .integer(5)),
            (0x02, [0xff, 0xff, 0xff, 0xff, 0xfe], .integer(-2)),
            (0x02, [0, 0xff, 0xff, 0xff, 0xff], .null), (0x41, [0xc8], .null),
            (0x42, [0x80, 0, 0], .null), (0x42, [0xff, 0xff, 0xff, 0xff], .gauge32(.max)),
            (0x46, [0xc8], .counter64(200)),
        ] as [(UInt8, [UInt8], SNMPValue)])
    func unsoundNumbers(tag: UInt8, content: [UInt8], value: SNMPValue) throws {
        try withLibrary {
            let objects = (UInt32(1)...3).map { OID([1, 3, 6, 1, $0]) }
            // The simulator writes no such number: a text of the same bytes gets another tag.
            let message = SNMPMessage(
                version: .v2c, community: Array("public".utf8), pdu: .response, requestID: 77,
                varbinds: [
                    VarBind(objects[0], .counter64(1)), VarBind(objects[1], .octets(content)),
                    VarBind(objects[2], .gauge32(2)),
                ])
            var bytes = message.encoded
            let text = [0x06, 0x04, 0x2b, 6, 1, 2, 0x04, UInt8(content.count)] + content
            let start = try #require(
                bytes.indices.first { bytes[$0...].starts(with: text) })
            bytes[start + 6] = tag
            let decoded = try decode(bytes, expected: objects)
            #expect(decoded.varbinds.map(\.value) == [.counter64(1), value, .gauge32(2)])
        }
    }

    @Test func `what net-snmp writes, the simulator reads`() throws {
        try withLibrary {
            let objects = [
                OID([1, 3, 6, 1, 2, 1]), OID([1, 3, 6, 1, 4, 1, 4_294_967_295, 0, 128]),
            ]
            let question = Question(kind: .getBulk(maxRepetitions: 25), objects: objects)
            let bytes = try #require(
                written { layout, room in
                    SNMPLibrary.encode(
                        question, requestID: .max, version: .v2c, community: Secret("sécret"),
                        layout: &layout, into: room)
                })
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

    /// Messages of every kind that were changed by chance, here and there a lot.
    ///
    /// A million packets for the parsers in all; `POLLERD_FUZZ` sets another number of rounds.
    private static let rounds =
        ProcessInfo.processInfo.environment["POLLERD_FUZZ"].flatMap { Int($0) } ?? 150_000

    private func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(.random(in: 0...255, using: &random), at: place)
            case 2: bytes[place] = [0, 0x7f, 0x80, 0x84, 0xff].randomElement(using: &random) ?? 0
            default: bytes[place] = .random(in: 0...255, using: &random)
            }
        }
        // Half of them with the outer length put right, so that the parser sees them at all.
        if bytes.count > 4, bytes.count < 128, Bool.random(using: &random) {
            (bytes[0], bytes[1]) = (0x30, UInt8(bytes.count - 2))
        }
        return bytes
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
            for _ in 0..<Self.rounds {
                var bytes = original
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] =
                        UInt8.random(in: 0...255, using: &random)
                }
                if (try? decode(bytes)) != nil { decoded += 1 }
            }
            let share = Double(decoded) / Double(Self.rounds)
            #expect((0.005...0.995).contains(share), "seed \(seed): \(decoded)")
        }
    }

    @Test(arguments: SNMPUser.Level.allCases)
    func `mutated messages of SNMPv3 are refused or read, and never more`(
        level: SNMPUser.Level
    ) async throws {
        let folder = try TemporaryFolder()
        SNMPLibrary.start(
            folder: folder.path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            timekeeper: SystemTimekeeper())
        let user = try SNMPUser(
            name: "u",
            authentication: level == .noAuthNoPriv ? nil : .init(.sha1, Secret("longenough")),
            privacy: level == .authPriv ? .init(.aes128, Secret("longenough")) : nil)
        let ring = KeyRing()
        let agent = try #require(SecureAgent(user, keys: try await ring.keys(of: user)))
        ring.stop()
        let now = MonotonicTime(milliseconds: 1_000)
        let clock = EngineClock(boots: 3, seconds: 1_000)
        #expect(agent.setEngine([0x80, 0, 0x1f, 0x88, 4, 0x61], clock: clock, now: now))
        let question = Question(kind: .get, objects: [OID([1, 3, 6, 1, 2, 1, 1, 3, 0])])
        let original = try #require(
            written { layout, room in
                agent.encode(
                    question, level: level, messageID: 7, requestID: 8, now: now,
                    layout: &layout, into: room)
            })
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        var arenas = SNMPLibrary.Arenas()
        var read = 0
        for round in 0..<Self.rounds {
            let bytes = round == 0 ? original : mutate(original, &random)
            // The parser writes zeros over the digest, so each gets the packet anew.
            for isDiscovery in [false, true] {
                let padded = bytes + [UInt8](repeating: 0, count: 64)
                padded.withUnsafeBufferPointer { buffer in
                    let packet = UnsafeBufferPointer(rebasing: buffer[..<bytes.count])
                    _ = SNMPLibrary.head(of: packet)
                    if isDiscovery {
                        _ = SNMPLibrary.decodeSecure(
                            packet, arenas: &arenas, agent: nil, elapsed: 0)
                        return
                    }
                    let heard = agent.decode(packet, arenas: &arenas, now: now)
                    guard heard.message != nil, heard.news.level == level else { return }
                    read += 1
                    // Whatever was changed, the digest is not right any more.
                    #expect(level == .noAuthNoPriv || bytes == original, "seed \(seed)")
                }
            }
            // Nobody without the key sets the engine's clock.
            if level != .noAuthNoPriv { #expect(agent.clock == clock, "seed \(seed)") }
        }
        #expect(read > 0 && read < Self.rounds, "seed \(seed): \(read)")
    }

    @Test func `an engine's clock counts on, however often it is asked`() async throws {
        let folder = try TemporaryFolder()
        SNMPLibrary.start(
            folder: folder.path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            timekeeper: SystemTimekeeper())
        let user = try SNMPUser(
            name: "u", authentication: .init(.sha256, Secret("longenough")))
        let ring = KeyRing()
        let keys = try await ring.keys(of: user)
        ring.stop()
        let asker = try #require(SecureAgent(user, keys: keys))
        let twin = try #require(SecureAgent(user, keys: keys))
        let id: [UInt8] = [0x80, 0, 0x1f, 0x88, 4, 0x61]
        let start = MonotonicTime(milliseconds: 5_000)
        let question = Question(kind: .get, objects: [OID([1, 3, 6, 1, 2, 1, 1, 3, 0])])
        #expect(asker.setEngine(id, clock: EngineClock(boots: 3, seconds: 1_000), now: start))
        var message: [UInt8] = []
        // Half a second apart for 400 s: longer than the time window of 150 s.
        for number in 1...800 {
            let now = start.advanced(milliseconds: Int64(number) * 500)
            message = try #require(
                written { layout, room in
                    asker.encode(
                        question, level: .authNoPriv, messageID: Int32(number), requestID: 1,
                        now: now, layout: &layout, into: room)
                })
        }
        let end = start.advanced(milliseconds: 400_000)
        #expect(twin.setEngine(id, clock: EngineClock(boots: 3, seconds: 1_400), now: end))
        var arenas = SNMPLibrary.Arenas()
        let padded = message + [UInt8](repeating: 0, count: 64)
        padded.withUnsafeBufferPointer { buffer in
            let packet = UnsafeBufferPointer(rebasing: buffer[..<message.count])
            let heard = twin.decode(packet, arenas: &arenas, now: end)
            #expect(heard.message != nil && !heard.news.isClockBehind)
            #expect(twin.clock == EngineClock(boots: 3, seconds: 1_400))
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

    /// The bytes of a message.
    private func written(
        _ encode: (inout SNMPLibrary.Layout, UnsafeMutableRawBufferPointer) -> Int?
    ) -> [UInt8]? {
        var layout = SNMPLibrary.Layout()
        var room = [UInt8](repeating: 0, count: 2_000)
        let length = room.withUnsafeMutableBytes { encode(&layout, $0) }
        return length.map { Array(room.prefix($0)) }
    }

    private func withLibrary(_ body: () throws -> Void) throws {
        let folder = try TemporaryFolder()
        SNMPLibrary.start(
            folder: folder.path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            timekeeper: SystemTimekeeper())
        try body()
    }
}
