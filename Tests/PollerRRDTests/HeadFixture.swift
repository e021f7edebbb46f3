import Foundation
import PollerModel
import TestSupport

@testable import PollerRRD

/// The bytes of one round-robin file that librrd made, to be damaged.
struct HeadFixture {
    var bytes: [UInt8]
    let layout: HeadLayout

    static let start: Int64 = 1_700_000_000
    /// The latest time that can be true for the files made here.
    static let horizon = Timestamp(seconds: start)

    /// Two data sources and three archives, empty since a second before `start`.
    static let simple =
        ["DS:in:COUNTER:120:U:U", "DS:out:GAUGE:120:U:U"]
        + ["RRA:AVERAGE:0.5:1:20", "RRA:MAX:0.5:5:10", "RRA:LAST:0.25:10:5"]

    /// librrd adds the archives that this one depends on: SEASONAL, DEVSEASONAL, DEVPREDICT,
    /// FAILURES.
    static let forecast =
        ["DS:in:COUNTER:120:U:U", "DS:out:GAUGE:120:U:U"]
        + ["RRA:AVERAGE:0.5:1:20", "RRA:HWPREDICT:40:0.1:0.0035:10"]

    init(_ definitions: [String] = simple, step: Int64 = 60) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/a.rrd"
        guard let step = Step(seconds: step) else { throw Unexpected("\(step) s are no step") }
        try RRDLibrary.create(
            path, step: step, lastUpdate: Self.start - 1, definitions: definitions)
        bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        layout = try bytes.withUnsafeBytes { try HeadGuard.layout($0, size: Int64($0.count)) }
    }

    /// What the guard finds wrong; nil when nothing is.
    func flaw(size: Int? = nil, horizon: Timestamp = Self.horizon) -> HeadGuard.Flaw? {
        bytes.withUnsafeBytes { all in
            let size = Int64(size ?? all.count)
            do {
                let layout = try HeadGuard.layout(all, size: size)
                guard all.count >= layout.headBytes else {
                    return .shorter(bytes: size, wanted: layout.headBytes)
                }
                var known = KnownDefinitions()
                try HeadGuard.check(
                    all, layout, size: size, horizon: horizon, known: &known)
                return nil
            } catch {
                return error as? HeadGuard.Flaw
            }
        }
    }

    func word(_ offset: Int) -> UInt64 { bytes.withUnsafeBytes { $0.word(offset) } }

    mutating func set(_ offset: Int, _ word: UInt64) {
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
        }
    }

    mutating func set(_ offset: Int, number: Double) { set(offset, number.bitPattern) }

    /// With a NUL behind it, if there is room for one.
    mutating func set(_ offset: Int, _ text: String, room: Int = 20) {
        let text = Array(text.utf8.prefix(room)) + [0]
        bytes.replaceSubrange(offset..<offset + min(room, text.count), with: text.prefix(room))
    }

    /// One of the ways in which heads are damaged, told in words.
    mutating func damage(_ generator: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<5:
            let place = Int.random(in: 0..<layout.headBytes / 8, using: &generator) * 8
            let nasty = Self.nasty.randomElement(using: &generator) ?? 0
            set(place, nasty)
            return "0x\(String(nasty, radix: 16)) at \(place)"
        case 5..<8:
            let places = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                Int.random(in: 0..<layout.headBytes, using: &generator)
            }
            for place in places { bytes[place] = .random(in: 0...255, using: &generator) }
            return "random bytes at \(places)"
        case 8:
            let (one, other) = (
                Int.random(in: 0..<layout.headBytes / 8, using: &generator) * 8,
                Int.random(in: 0..<layout.headBytes / 8, using: &generator) * 8
            )
            let (first, second) = (word(one), word(other))
            set(one, second)
            set(other, first)
            return "words at \(one) and \(other) exchanged"
        default:
            let count = Int.random(in: 0..<bytes.count, using: &generator)
            bytes.removeLast(bytes.count - count)
            return "cut to \(count) bytes"
        }
    }

    private static let nasty: [UInt64] = [
        0, 1, 2, 3, 7, 8, 28, 29, 60, 255, 4_095, 65_536, 1_000_000, 10_000_000,
        1 << 31, 1 << 32, 1 << 40, 1 << 47, 1 << 61, 1 << 62, 1 << 63, .max, .max - 1,
        UInt64(Int64.max), Double.nan.bitPattern, Double.infinity.bitPattern,
        (-Double.infinity).bitPattern, (-0.0).bitPattern, (1e308).bitPattern,
        Double.leastNonzeroMagnitude.bitPattern, 0x6e25_6e25_6e25_6e25,
        UInt64(start), UInt64(start) - 1, 315_360_000,
    ]
}
