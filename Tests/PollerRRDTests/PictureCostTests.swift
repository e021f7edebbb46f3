import CRRD
import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// What is done about librrd and cairo while they draw (`CRRD/replaced.c`).
@Suite struct PictureCostTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/1.rrd"
        guard let step = Step(seconds: 60) else { throw Unexpected("60 s are a step") }
        try RRDLibrary.create(
            path, step: step, lastUpdate: 1_700_000_000,
            definitions: ["DS:v:GAUGE:120:U:U", "RRA:AVERAGE:0.5:1:2000"])
        try RRDLibrary.update(
            path, rows: (1...1_000).map { "\(1_700_000_000 + 60 * $0):\($0 * 37 % 101)" })
    }

    /// A picture with so many lines of legend, drawn on this thread.
    private func picture(
        legends: Int, width: Int = 300, title: String = "t", options: [String] = []
    ) throws -> GraphImage {
        let range = try TimeRange(
            start: Timestamp(seconds: 1_700_000_000), end: Timestamp(seconds: 1_700_050_000))
        return try RRDLibrary.graph(
            [
                "--start", "\(range.start.seconds)", "--end", "\(range.end.seconds)",
                "--width", "\(width)", "--height", "80", "--title", title,
            ] + options + ["DEF:a=\(path):v:AVERAGE"]
                + (0..<legends).map { "LINE1:a#112233:legend=line \($0)\\l" }, scale: 1,
            range: range)
    }

    @Test(arguments: [0, 1, 8])
    func `the texts of a legend that librrd leaves behind are freed`(legends: Int) throws {
        let before = crrd_freed_texts()
        _ = try picture(legends: max(1, legends), options: legends == 0 ? ["--no-legend"] : [])
        // Each line's own, and that of its place.
        #expect(crrd_freed_texts() - before == UInt64(2 * legends))
    }

    @Test func `what librrd tells of a file is left to it`() throws {
        let before = crrd_freed_texts()
        #expect(try RRDLibrary.info(path, as: "1.rrd").entries.count > 10)
        #expect(crrd_freed_texts() == before)
    }

    @Test func `pictures are PNGs that are compressed as we say`() throws {
        let image = try picture(legends: 2)
        #expect(image.bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
        var chunks: [(type: String, data: ArraySlice<UInt8>)] = []
        var rest = image.bytes.dropFirst(8)
        while rest.count >= 12 {
            let length = number(rest.prefix(4))
            try #require(rest.count >= length + 12)
            let named = rest.dropFirst(4).prefix(4 + length)
            #expect(number(rest.dropFirst(8 + length).prefix(4)) == Int(Self.checksum(named)))
            chunks.append((String(decoding: named.prefix(4), as: UTF8.self), named.dropFirst(4)))
            rest = rest.dropFirst(12 + length)
        }
        #expect(rest.isEmpty && chunks.first?.type == "IHDR" && chunks.last?.type == "IEND")
        // Deflate, a window of 32 KB, levels 2 to 5 (RFC 1950, 2.2); by itself libpng uses 6.
        let data = try #require(chunks.first { $0.type == "IDAT" }?.data)
        #expect(Array(data.prefix(2)) == [0x78, 0x5e])
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    /// CRC-32 (PNG, Third Edition, annex D).
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
                sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1
            }
        }
    }

    /// How much memory twenty thousand pictures leave behind can only be seen where nothing else
    /// runs: `POLLERD_PICTURES=20000`, with a filter for this test. What librrd leaves of the title
    /// is 0.2 KB a picture.
    @Test(.timeLimit(.minutes(10))) func `memory does not grow with the pictures that were drawn`()
        throws
    {
        let wanted = ProcessInfo.processInfo.environment["POLLERD_PICTURES"].flatMap { Int($0) }
        let count = wanted ?? 200
        var random = SeededGenerator(seed: 6)
        var warm: Int?
        for number in 0..<count {
            _ = try picture(
                legends: Int.random(in: 1...12, using: &random),
                width: Int.random(in: 100...500, using: &random), title: "picture \(number)",
                options: (Bool.random(using: &random) ? ["--zoom", "2"] : [])
                    + (Bool.random(using: &random) ? ["--color", "BACK#14181d"] : [])
                    + (number % 5 == 0 ? ["--no-legend"] : []))
            if number == min(2_000, count / 2) { warm = try Self.residentBytes() }
        }
        let grown = try Self.residentBytes() - #require(warm)
        if wanted != nil { #expect(grown < 10 << 20, "\(count) pictures left \(grown) bytes") }
    }

    /// Man 5 proc: the second number of statm, in pages.
    private static func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
