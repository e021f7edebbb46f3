import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// What answers in place of rrdcached may be anything: it ends in words, never in waiting.
@Suite(.timeLimit(.minutes(10))) struct CachedConnectionTests {
    private func words(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no failure"
        } catch {
            return (error as? StoreFailure)?.words ?? "\(error)"
        }
    }

    /// The answer to a fetch of steps 1..<3: the head's lines, then a record.
    private static func rows(
        head: [String] = [
            "6 Success", "FlushVersion: 1", "Start: 1700000100", "End: 1700000220", "Step: 60",
            "DSCount: 1",
        ],
        record: String = "DSName-in: BinaryData 2 8 LITTLE", numbers: [Double] = [1_000, 1_000],
        end: String = "\n"
    ) -> [UInt8] {
        var bytes = Array((head + [record]).joined(separator: "\n").utf8) + [0x0a]
        for number in numbers {
            withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 }
        }
        return bytes + end.utf8
    }

    private static func head(_ position: Int, _ line: String) -> [UInt8] {
        var head = [
            "6 Success", "FlushVersion: 1", "Start: 1700000100", "End: 1700000220", "Step: 60",
            "DSCount: 1",
        ]
        head[position] = line
        return rows(head: head)
    }

    @Test func `a right answer is read, whichever way its bytes lie`() throws {
        let big = [1_000.5, .nan].map { Double(bitPattern: $0.bitPattern.byteSwapped) }
        let cache = try ScriptedCache(
            .init(answers: [
                Self.rows(numbers: [1_000.5, .nan]),
                Self.rows(record: "DSName-in: BinaryData 2 8 BIG", numbers: big),
            ]))
        let fixture = try CachedFixture(cache)
        for _ in 0..<2 { #expect(try fixture.rates(fixture.file(), 1..<3) == [1_000.5, nil]) }
    }

    private static let wrongAnswers: [(answer: [UInt8], words: String)] = [
        (Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), "begins with “HTTP/1.1 400 Bad Request”"),
        (Array("\n".utf8), "begins with “”"),
        (Array("\u{0}\u{7}\u{1b}[2J\n".utf8), "no rrdcached"),
        (Array("99999999999999999999 x\n".utf8), "begins with"),
        ([UInt8](repeating: 0xff, count: 1 << 20), "a line of more than 8192 bytes"),
        (Array(String(repeating: "x", count: 8_193).utf8) + [0x0a], "a line of more than"),
        (Array("-1 rrd_fetch_r failed\n".utf8), "could not be read: rrd_fetch_r failed"),
        (head(0, "7 Success"), "1 data sources in 7 records"),
        (head(1, "FlushVersion: 2"), "version is not 1"),
        (head(1, "Start: 1"), "in place of FlushVersion"),
        (head(2, "Start: 1700000101"), "rows of 60 s from 1700000101"),
        (head(2, "Start: -60"), "rows of 60 s"),
        (head(2, "Start: x"), "in place of Start"),
        (head(2, "Start: 9223372036854775807"), "rows of 60 s"),
        (head(3, "End: 1700000040"), "rows of 60 s"),
        (head(3, "End: 99999999960"), "rows of 60 s"),
        (head(4, "Step: 0"), "rows of 0 s"),
        (head(4, "Step: -9223372036854775808"), "rows of -9223372036854775808 s"),
        (head(4, "Step: 1"), "in place of 120 rows"),
        (head(5, "DSCount: 0"), "0 data sources"),
        (head(5, "DSCount: 1001"), "1001 data sources"),
        (rows(record: "DSName-in: BinaryData 3 8 LITTLE"), "in place of 2 rows"),
        (rows(record: "DSName-in: BinaryData 2 4 LITTLE"), "in place of 2 rows"),
        (rows(record: "DSName-in: BinaryData 2 8 MIDDLE"), "in place of 2 rows"),
        (rows(record: "DSName-i n: BinaryData 2 8 LITTLE"), "in place of 2 rows"),
        (rows(record: "DSName-abcdefghijklmnopqrst: BinaryData 2 8 LITTLE"), "in place of 2"),
        (rows(end: "x"), "no line ends behind the rows"),
        (rows(end: "\n0 more\n"), "it answers more than was asked"),
        (rows(numbers: [1_000], end: ""), "closed the connection"),
        (
            rows(head: [
                "6 Success", "FlushVersion: 1", "Start: 1700000160", "End: 1700000280",
                "Step: 60", "DSCount: 1",
            ]), "another range of time"
        ),
    ]

    @Test(arguments: wrongAnswers)
    func `a wrong answer is said, and the next connection is used`(
        answer: [UInt8], expected: String
    ) throws {
        let cache = try ScriptedCache(
            .init(answers: [answer]), .init(answers: [Self.rows()]))
        let fixture = try CachedFixture(cache)
        let words = words { _ = try fixture.rates(fixture.file(), 1..<3) }
        #expect(words.contains(expected), "\(words)")
        // Where rrdcached only refused something, it has nothing more to say and closes.
        let next = self.words { _ = try fixture.rates(fixture.file(), 1..<3) }
        #expect(next == "no failure" || next.contains("closed"), "\(next)")
    }

    @Test func `silence, drops and a closed connection end in words`() throws {
        let ends: [(ScriptedCache.Connection, String)] = [
            (.init(end: .holds), "did not answer within 100 ms"),
            (.init(end: .drips), "did not answer within 100 ms"),
            (.init(end: .closes), "closed the connection"),
            (.init(answers: [Array("6 Success\nFlush".utf8)], end: .holds), "did not answer"),
            (.init(answers: [Array("6 Success\nFlush".utf8)], end: .closes), "closed"),
        ]
        for (script, expected) in ends {
            let fixture = try CachedFixture(ScriptedCache(script), timeout: 100)
            let words = words { _ = try fixture.rates(fixture.file(), 1..<3) }
            #expect(words.contains(expected), "\(words)")
        }
    }

    private static let known = Array(
        "0 Nothing to flush\n1 Info follows\nlast_update 1 1700000000\n".utf8)

    @Test func `one that does not read is given up too`() throws {
        let cache = try ScriptedCache(.init(answers: [Self.known], end: .holds))
        let fixture = try CachedFixture(cache, timeout: 100)
        let rows = (Int64(0)...9_000).map { fixture.row($0) }
        let failure = fixture.files.write(
            [fixture.write(fixture.file(), rows)], horizon: fixture.now)[0].failure
        #expect(failure?.words.contains("did not answer within 100 ms") == true)
    }

    @Test(arguments: [
        ("0 Go ahead\n2 errors\n1 a\n2 b\n", "counts 2 errors in 1 commands"),
        ("0 Go ahead\n-1 errors\n", "counts -1 errors"),
        ("0 Go ahead\n1 errors\n0 a\n", "it refuses “0 a”"),
        ("0 Go ahead\n1 errors\n2 a\n", "it refuses “2 a”"),
        ("0 Go ahead\n1 errors\nx\n", "it refuses “x”"),
        ("-1 Already in BATCH\n", "answers BATCH with"),
        ("3 Go ahead\n", "answers BATCH with"),
        ("0 Go ahead\n1 errors\n1 disk on fire\n", "could not be updated: disk on fire"),
    ])
    func `a wrong answer to a batch is said`(answer: String, expected: String) throws {
        let cache = try ScriptedCache(.init(answers: [Self.known, Array(answer.utf8)]))
        let fixture = try CachedFixture(cache)
        let words = words { try fixture.write(fixture.file(), 0...3).get() }
        #expect(words.contains(expected), "\(words)")
    }

    @Test(arguments: [
        ("0 ok\n100001 Info\n", "its INFO has 100001 lines"),
        ("0 ok\n1 Info\nstep 1 60\n", "does not say when"),
        ("0 ok\n1 Info\nlast_update 1 x\n", "does not say when"),
        ("-1 Permission denied.\n-1 Permission denied.\n", "Permission denied."),
    ])
    func `a wrong answer about a file is said`(answer: String, expected: String) throws {
        let cache = try ScriptedCache(.init(answers: [Array(answer.utf8)]))
        let fixture = try CachedFixture(cache)
        let words = words { try fixture.write(fixture.file(), 0...3).get() }
        #expect(words.contains(expected), "\(words)")
    }

    @Test func `errors of a batch belong to the files in the order of their lines`() throws {
        let known = (0..<3).flatMap { _ in Self.known }
        let cache = try ScriptedCache(
            .init(answers: [known, Array("0 Go ahead\n1 errors\n2 disk on fire\n".utf8)]))
        let fixture = try CachedFixture(cache)
        let results = fixture.files.write(
            (1...3).map { fixture.write(fixture.file($0), [fixture.row(0)]) }, horizon: fixture.now)
        try results[0].get()
        #expect(results[1].failure?.words.contains("rrd/2/2.rrd") == true)
        try results[2].get()
    }

    @Test func `a file that is missing for ever is a failure, and old rows are done`() throws {
        let missing = Array("0 Go ahead\n1 errors\n1 No such file: x\n".utf8)
        let created = Array("0 RRD created OK\n".utf8)
        let gone = try ScriptedCache(
            .init(answers: [Self.known, missing, created, missing], end: .holds))
        let first = try CachedFixture(gone)
        #expect(
            words { try first.write(first.file(), 0...0).get() }.contains("No such file: x"))
        let old = Array(
            "0 Go ahead\n1 errors\n1 illegal attempt to update using time 1 when last\n".utf8)
        let ahead = try ScriptedCache(.init(answers: [Self.known, old, old, old], end: .holds))
        let second = try CachedFixture(ahead)
        try second.write(second.file(), 0...1).get()
    }

    @Test func `after a failure nobody waits for the next one`() throws {
        let port = try Ports.freeTCP()
        let fixture = try CachedFixture(.loopback(port), pause: 1_000_000)
        let words = (0..<2).map { _ in
            self.words { _ = try fixture.rates(fixture.file(), 1..<3) }
        }
        #expect(words[0].contains("rrdcached cannot be reached: Connection refused"))
        #expect(words[1].contains("Connection refused; it is tried again in a moment"))
        #expect(words[1].contains("(127.0.0.1:\(port))"))
    }

    @Test func `the pause is over when it has passed, and an answer ends the doubling`() throws {
        let limits = CachedConnection.Limits(
            timeoutMilliseconds: 1_000, firstPauseMilliseconds: 100, longestPauseMilliseconds: 350)
        var pause = CachedPause(limits)
        var pauses: [Int64] = []
        for _ in 0..<4 { pauses.append(pause.next()) }
        #expect(pauses == [100, 200, 350, 350])
        pause.reset()
        #expect(pause.next() == 100)
    }

    @Test func `a path that no socket can have is said`() throws {
        for (length, expected) in [(107, "No such file"), (108, "File name too long")] {
            let path = "/" + String(repeating: "x", count: length - 1)
            let fixture = try CachedFixture(.unix(path: path))
            let words = words { _ = try fixture.rates(fixture.file(), 1..<3) }
            #expect(words.contains(expected), "\(words)")
        }
    }

    @Test func `addresses are shown as they are configured`() {
        #expect("\(CachedAddress.unix(path: "/s"))" == "unix:/s")
        #expect("\(CachedAddress.loopback(CachedAddress.defaultPort))" == "127.0.0.1:42217")
        let v6 = CachedAddress.network(IPAddress(v6High: 0, low: 1), port: 1)
        #expect("\(v6)" == "[::1]:1")
    }
}
