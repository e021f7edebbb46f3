import CRRD
import Foundation
import Glibc
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

@Suite struct JournalTests {
    @Test func `both checksums are CRC-32C`() {
        let known = Array("123456789".utf8)
        #expect(crrd_checksum(known, known.count) == 0xE306_9283)
        #expect(crrd_checksum_slow(known, known.count) == 0xE306_9283)
        #expect(crrd_checksum(known, 0) == 0 && crrd_checksum_slow(known, 0) == 0)
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for count in 0..<600 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(
                crrd_checksum(bytes, count) == crrd_checksum_slow(bytes, count),
                "seed \(seed), \(count) bytes")
        }
    }

    @Test func `whatever a death leaves of a journal is the front of what was appended`() throws {
        let fixture = try JournalFixture()
        let (told, ends) = try fixture.fill(20)
        let whole = try fixture.bytes(1)
        #expect(fixture.replay().told == told)
        #expect(ends.last?.bytes == whole.count)
        for count in 0..<whole.count {
            try fixture.write(whole[..<count], to: 1)
            let (found, report) = fixture.replay()
            let complete = ends.last { $0.bytes <= count }
            #expect(found == Array(told[..<(complete?.told ?? 0)]), "cut at \(count)")
            #expect(report.damagedBytes == 0, "cut at \(count)")
            #expect(report.unreadable.isEmpty)
            // Declarations in front of the rows are whole records without rows of their own.
            #expect(report.tornBytes <= count - (complete?.bytes ?? 0), "cut at \(count)")
            let isBetween = complete?.bytes == count
            #expect(!isBetween || report.tornBytes == 0, "cut at \(count)")
        }
    }

    @Test func `a byte that changed takes only its record along`() throws {
        let fixture = try JournalFixture()
        let (told, ends) = try fixture.fill(20)
        let whole = try fixture.bytes(1)
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        // Behind the declarations, which all records need.
        let first = try #require(ends.first)
        for _ in 0..<300 {
            let place = Int.random(in: first.bytes..<whole.count, using: &generator)
            var bytes = whole
            bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
            try fixture.write(bytes, to: 1)
            let (found, report) = fixture.replay()
            let hit = try #require(ends.firstIndex { place < $0.bytes })
            let lost = ends[hit - 1].told..<ends[hit].told
            var expected = told
            expected.removeSubrange(lost)
            #expect(found == expected, "seed \(seed), byte \(place)")
            #expect(
                report.tornBytes + report.damagedBytes == ends[hit].bytes - ends[hit - 1].bytes,
                "seed \(seed), byte \(place)")
        }
    }

    @Test func `rows whose file nobody declared are counted and belong to nobody`() throws {
        let fixture = try JournalFixture()
        let (_, ends) = try fixture.fill(3)
        var bytes = try fixture.bytes(1)
        // The declarations stand in front of the first rows.
        bytes[JournalRecord.segmentHeaderBytes + JournalRecord.headerBytes + 2] ^= 1
        try fixture.write(bytes, to: 1)
        let (found, report) = fixture.replay()
        #expect(ends.count == 3)
        #expect(
            found.allSatisfy {
                if case .row(let path, _) = $0 { path == "rrd/1/2.rrd" } else { true }
            })
        #expect(report.damagedBytes > 0)
    }

    @Test func `records that are unknown, endless or empty stop nothing`() throws {
        let fixture = try JournalFixture()
        let (told, _) = try fixture.fill(5)
        let whole = try fixture.bytes(1)
        func record(_ content: [UInt8], length: UInt32? = nil) -> [UInt8] {
            let length = length ?? UInt32(content.count)
            let sum = crrd_checksum(content, content.count)
            return withUnsafeBytes(of: length.littleEndian, Array.init)
                + withUnsafeBytes(of: sum.littleEndian, Array.init) + content
        }
        let strange: [(String, [UInt8])] = [
            ("an unknown kind", record([99, 1, 2, 3])), ("kind 0", record([0])),
            ("a layout of nothing", record([JournalRecord.Kind.layout])),
            (
                "a layout without end",
                record([JournalRecord.Kind.layout] + .init(repeating: 0xFF, count: 40))
            ),
            ("rows that are cut", record([JournalRecord.Kind.rows, 0, 0, 0, 0, 255, 0, 0, 0])),
            ("text that is none", record([JournalRecord.Kind.removed, 2, 0, 0xC3, 0x28])),
            ("a length beyond the end", record([1], length: 900_000)),
            ("a length beyond everything", record([1], length: .max)),
            ("a length of nothing", record([], length: 0)),
            ("zeros", .init(repeating: 0, count: 5_000)),
            ("ones", .init(repeating: 0xFF, count: 5_000)),
        ]
        for (what, bytes) in strange {
            // In front of good records, and at the end.
            try fixture.write(
                whole[..<JournalRecord.segmentHeaderBytes] + bytes
                    + whole[JournalRecord.segmentHeaderBytes...], to: 1)
            #expect(fixture.replay().told == told, "\(what) in front")
            try fixture.write(whole + bytes, to: 1)
            let (found, report) = fixture.replay()
            #expect(found == told, "\(what) at the end")
            #expect(report.tornBytes + report.damagedBytes > 0, "\(what)")
        }
        // A whole record that leads nowhere; whatever rows follow it are counted.
        let orphan = record([JournalRecord.Kind.file] + .init(repeating: 7, count: 8) + [1, 0, 65])
        try fixture.write(whole + orphan, to: 1)
        #expect(fixture.replay().told == told)
    }

    @Test func `a segment that is no file is said, and the journal goes on behind it`() throws {
        let fixture = try JournalFixture()
        let (told, _) = try fixture.fill(3)
        try FileManager.default.createDirectory(
            atPath: fixture.path(5), withIntermediateDirectories: false)
        try #require(mkfifo(fixture.path(6), 0o600) == 0)
        try #require(symlink("/dev/zero", fixture.path(7)) == 0)
        try fixture.write([], to: 8)
        // A name that is none of ours.
        try fixture.folder.write("x", to: "\(UInt64.max).journal")
        for name in ["notes.txt", "+0000000009.journal", "+9.journal", "9.journal"] {
            try fixture.folder.write("x", to: name)
        }
        let (found, report) = fixture.replay()
        #expect(found == told)
        #expect(report.unreadable.map(\.path).sorted() == [5, 6, 7].map(fixture.path))
        #expect(report.unreadable.first?.words == "Is a directory")
        #expect(report.segments.map(\.number) == [1, 8])
        // The largest number may be the one that cannot be read.
        try FileManager.default.removeItem(atPath: fixture.path(8))
        let syncer = JournalSyncer(folder: fixture.folder.path)
        defer { syncer.stop() }
        let journal = Journal(folder: fixture.folder.path, syncer: syncer)
        journal.follow(fixture.replay().report)
        try journal.append(removed: "rrd/1/3.rrd")
        #expect(journal.number == 8)
        #expect(fixture.replay().told.last == .removed(path: "rrd/1/3.rrd"))
    }

    @Test func `a name that is taken keeps the journal from it only once`() throws {
        let fixture = try JournalFixture()
        let syncer = JournalSyncer(folder: fixture.folder.path)
        defer { syncer.stop() }
        let journal = Journal(folder: fixture.folder.path, syncer: syncer)
        try fixture.write([], to: 1)
        #expect(throws: SystemError.self) { try journal.append(removed: "rrd/1/3.rrd") }
        try journal.append(removed: "rrd/1/3.rrd")
        #expect(journal.number == 2)
    }
}
