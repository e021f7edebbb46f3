import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// Against the real rrdcached.
@Suite(.timeLimit(.minutes(10))) struct CachedFilesTests {
    @Test(arguments: [true, false])
    func `rows that rrdcached still has in memory are read at once`(isUnix: Bool) async throws {
        let port = try Ports.freeTCP()
        let cache = try await RealCache(options: ["-R", "-l", "127.0.0.1:\(port)"])
        let fixture =
            try isUnix
            ? CachedFixture(cache) : CachedFixture(.loopback(port), of: cache)
        let file = fixture.file()
        try fixture.files.create(file, start: Timestamp(seconds: CachedFixture.begin - 60))
        try fixture.write(file, 0...0).get()
        for number in Int64(1)...20 {
            try fixture.write(file, number...number).get()
            let rates = try fixture.rates(file, 1..<number)
            #expect(rates.count == number - 1 && fixture.areWhole(rates), "\(rates)")
        }
        let last = try fixture.files.lastRow(file, horizon: fixture.now)
        #expect(last.time.seconds == CachedFixture.begin + 20 * 60)
        #expect(last.values == ["in": .counter(1_200_250), "out": .counter(1_200_250)])
    }

    private static let hasIPv6 =
        (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8))?
        .contains("00000000000000000000000000000001") == true

    @Test(.enabled(if: hasIPv6)) func `an address of IPv6 will do`() async throws {
        let port = try Ports.freeTCP()
        let cache = try await RealCache(options: ["-R", "-l", "[::1]:\(port)"])
        let fixture = try CachedFixture(
            .network(IPAddress(v6High: 0, low: 1), port: port), of: cache)
        try fixture.write(fixture.file(), 0...3).get()
        #expect(fixture.areWhole(try fixture.rates(fixture.file(), 1..<3)))
    }

    @Test func `one batch writes five hundred files, and makes those that are missing`()
        async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let all = (1...500).map { fixture.file($0, rows: 60) }
        for numbers in [Int64(0)...5, 6...11] {
            let results = fixture.files.write(
                all.map { file in fixture.write(file, numbers.map { fixture.row($0) }) },
                horizon: fixture.now)
            #expect(results.count == 500)
            for result in results { try result.get() }
        }
        for file in [all[0], all[255], all[499]] {
            let rates = try fixture.rates(file, 1..<11)
            #expect(rates.count == 10 && fixture.areWhole(rates), "\(rates)")
        }
    }

    @Test func `more rows than a line of rrdcached takes go in several`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let file = fixture.file()
        try fixture.write(file, 0...1_000).get()
        let rates = try fixture.rates(file, 1..<1_000)
        #expect(rates.count == 999 && fixture.areWhole(rates))
    }

    @Test func `rows that are sent again do no harm, and new ones behind them arrive`()
        async throws
    {
        let cache = try await RealCache()
        let first = try CachedFixture(cache)
        let file = first.file()
        try first.write(file, 0...5).get()
        // On the connection that they were sent on, and on another, with and without a file
        // that is written.
        try first.write(file, 0...7).get()
        #expect(first.areWhole(try first.rates(file, 1..<7)))
        let second = try CachedFixture(cache)
        try second.write(file, 0...9).get()
        try second.write(file, 8...11).get()
        try second.write(file, 3...4).get()
        let rates = try second.rates(file, 1..<11)
        #expect(rates.count == 10 && second.areWhole(rates), "\(rates)")
    }

    @Test func `rows within one second are told apart by their values`() async throws {
        let cache = try await RealCache()
        let first = try CachedFixture(cache)
        let file = first.file()
        let rows =
            [0, 1, 2].map { first.row($0) } + [500, 900].map { first.row(2, milliseconds: $0) }
        let write = { (fixture: CachedFixture, rows: [RoundRobinRow]) in
            try fixture.files.write([fixture.write(file, rows)], horizon: fixture.now)[0].get()
        }
        try write(first, Array(rows.prefix(4)))
        let second = try CachedFixture(cache)
        #expect(
            try second.files.lastRow(file, horizon: second.now).values["in"] == .counter(120_500))
        try write(try CachedFixture(cache), rows)
        #expect(
            try second.files.lastRow(file, horizon: second.now).values["in"] == .counter(120_900))
        #expect(second.areWhole(try second.rates(file, 1..<2)))
    }

    @Test func `nothing that rrdcached had in its journal is lost when it is killed`() async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let file = fixture.file()
        let others = (2...200).map { fixture.file($0, rows: 60) }
        try fixture.write(file, 0...5).get()
        // In the file, and in rrdcached's journal besides.
        _ = try fixture.files.lastRow(file, horizon: fixture.now)
        try fixture.write(file, 6...9).get()
        // rrdcached writes its journal in blocks of 4 KiB; what is behind the last is lost.
        let results = fixture.files.write(
            others.map { other in fixture.write(other, [fixture.row(0)]) }, horizon: fixture.now)
        for result in results { try result.get() }
        try await cache.kill()
        #expect(fixture.write(file, 10...10).failure?.code == "file_failed")
        try await cache.startAgain()
        // The store's own journal still has what was not answered, and more.
        try fixture.write(file, 8...10).get()
        try fixture.write(file, 11...12).get()
        let rates = try fixture.rates(file, 1..<12)
        #expect(rates.count == 11 && fixture.areWhole(rates), "\(rates)")
    }

    @Test func `a row that is in the file and comes again from rrdcached's journal stops nothing`()
        async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let file = fixture.file()
        for number in Int64(0)...60 { try fixture.write(file, number...number).get() }
        // Written to the file, but that it was is not in the journal yet.
        _ = try fixture.files.lastRow(file, horizon: fixture.now)
        try await cache.kill()
        try await cache.startAgain()
        try fixture.write(file, 60...63).get()
        let rates = try fixture.rates(file, 1..<63)
        #expect(rates.count == 62 && fixture.areWhole(rates), "\(rates)")
    }

    @Test func `after a restart in order, rows that are in the file are not taken twice`()
        async throws
    {
        let cache = try await RealCache(options: ["-R", "-F"])
        let fixture = try CachedFixture(cache)
        let file = fixture.file()
        try fixture.write(file, 0...5).get()
        try await cache.end()
        try await cache.startAgain()
        try fixture.write(file, 0...7).get()
        // Once more on a connection to one that knows nothing but the file.
        try await cache.end()
        try await cache.startAgain()
        try fixture.write(file, 7...9).get()
        try fixture.write(file, 10...11).get()
        let rates = try fixture.rates(file, 1..<11)
        #expect(rates.count == 10 && fixture.areWhole(rates), "\(rates)")
    }

    @Test func `a restart between two writes is no failure`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache, pause: 1_000_000)
        let file = fixture.file()
        try fixture.write(file, 0...3).get()
        _ = try fixture.files.lastRow(file, horizon: fixture.now)
        try await cache.kill()
        try await cache.startAgain()
        try fixture.write(file, 4...6).get()
        #expect(fixture.areWhole(try fixture.rates(file, 1..<6)))
    }

    @Test func `one that is stopped is given up in time, and used when it goes on`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache, timeout: 200)
        let file = fixture.file()
        let patient = try CachedFixture(cache)
        try patient.write(file, 0...3).get()
        try await cache.suspend()
        let failure = try #require(fixture.write(file, 4...4).failure)
        #expect(failure.words.contains("did not answer within 200 ms"), "\(failure.words)")
        #expect(failure.words.contains("(unix:/"), "\(failure.words)")
        cache.resume()
        try await waitUntil("it takes rows again") {
            fixture.write(file, 4...6).failure == nil
        }
        #expect(patient.areWhole(try patient.rates(file, 1..<6)))
    }

    @Test func `without -R a missing folder is said, and the connection goes on`() async throws {
        let cache = try await RealCache(options: [])
        let fixture = try CachedFixture(cache)
        let failure = try #require(fixture.write(fixture.file(), 0...1).failure)
        #expect(failure.words.contains("No permission to recursively create"), "\(failure.words)")
        try FileManager.default.createDirectory(
            atPath: "\(cache.base)/rrd/1", withIntermediateDirectories: true)
        try fixture.write(fixture.file(), 0...1).get()
    }

    @Test func `a base that takes no files is said for each of them`() async throws {
        let cache = try await RealCache()
        // Root may write to a folder whatever its rights are, but not below a file.
        try cache.folder.write("in the way", to: "base/rrd")
        let fixture = try CachedFixture(cache)
        let results = fixture.files.write(
            (1...3).map { fixture.write(fixture.file($0), [fixture.row(0)]) }, horizon: fixture.now)
        for result in results { #expect(result.failure?.code == "file_failed", "\(result)") }
        #expect(throws: StoreFailure.self) {
            try fixture.files.create(fixture.file(), start: fixture.row(0).time)
        }
    }

    @Test func `a file that is no round-robin file stops nobody else`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        try cache.folder.write("no RRD", to: "base/rrd/1/1.rrd")
        let results = fixture.files.write(
            (1...2).map { fixture.write(fixture.file($0), [fixture.row(0)]) }, horizon: fixture.now)
        #expect(results[0].failure?.words.contains("rrd/1/1.rrd could not be updated") == true)
        try results[1].get()
        #expect(throws: StoreFailure.self) { try fixture.rates(fixture.file(1), 1..<2) }
    }

    @Test func `a file that is gone is made again`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let file = fixture.file()
        try fixture.write(file, 0...3).get()
        try fixture.files.remove(file.path)
        try FileManager.default.removeItem(atPath: "\(cache.base)/\(file.path)")
        try fixture.write(file, 4...6).get()
        #expect(fixture.areWhole(try fixture.rates(file, 5..<6)))
    }

    @Test func `rows that rrdcached took and could not write are said in place of old ones`()
        async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let file = fixture.file()
        let narrow = fixture.file(8, names: ["in"])
        try fixture.write(file, 0...3).get()
        #expect(fixture.areWhole(try fixture.rates(file, 1..<3)))
        try fixture.write(narrow, 0...3).get()
        _ = try fixture.files.lastRow(narrow, horizon: fixture.now)
        try fixture.write(file, 4...6).get()
        // A sound file, which the rows do not fit.
        try FileManager.default.removeItem(atPath: "\(cache.base)/\(file.path)")
        try FileManager.default.copyItem(
            atPath: "\(cache.base)/\(narrow.path)", toPath: "\(cache.base)/\(file.path)")
        for _ in 0..<2 {
            #expect {
                try fixture.rates(file, 1..<3)
            } throws: { error in
                (error as? StoreFailure)?.words.contains(
                    "could not write rows that it had taken: the file ends at "
                        + "2023-11-14T22:17:00") == true
            }
        }
    }

    @Test func `an existing file is never made anew`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let file = fixture.file()
        try fixture.write(file, 0...3).get()
        try fixture.files.create(file, start: Timestamp(seconds: CachedFixture.begin + 600))
        #expect(fixture.areWhole(try fixture.rates(file, 1..<3)))
    }

    @Test func `removing forgets what is in memory, and may be repeated`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        try fixture.write(fixture.file(), 0...3).get()
        for _ in 0..<2 { try fixture.files.remove(fixture.file().path) }
        #expect(FileManager.default.fileExists(atPath: "\(cache.base)/\(fixture.file().path)"))
    }

    @Test func `what rrdcached may not do is said in its words`() async throws {
        let cache = try await RealCache(options: ["-R"])
        let fixture = try CachedFixture(cache)
        // Outside the base, and with what would be syntax.
        for path in ["../1.rrd", "/tmp/1.rrd", "rrd/1/1.rrd x", "rrd/1\nQUIT", ""] {
            let file = RoundRobinFile(
                path: path, step: fixture.step, heartbeatSeconds: 120,
                sources: fixture.file().sources, archives: fixture.file().archives)
            #expect(fixture.write(file, 0...0).failure?.code == "row_refused", "\(path)")
            #expect(throws: StoreFailure.self) {
                try fixture.files.create(file, start: fixture.row(0).time)
            }
        }
        try fixture.write(fixture.file(), 0...0).get()
    }

    @Test func `a file with more definitions than rrdcached counts is refused by us`() async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let names = (1...126).map { "s\($0)" }
        let largest = fixture.file(1, names: Array(names.prefix(125)), rows: 60)
        try fixture.write(largest, 0...3).get()
        #expect(fixture.areWhole(try fixture.rates(largest, 1..<3)))
        let failure = try #require(
            fixture.write(fixture.file(2, names: names, rows: 60), 0...1).failure)
        #expect(failure.words.contains("rrdcached takes 128"), "\(failure.words)")
    }
}
