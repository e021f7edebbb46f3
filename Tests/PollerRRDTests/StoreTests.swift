import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

@Suite struct JournaledStoreTests {
    @Test func `a new file is as it was defined, and not readable by others`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        let start = Timestamp(seconds: 1_700_000_000)
        try #require(await fixture.store.create([file], start: start)[0].get() == ())
        let rrdtool = try #require(Program.find("rrdtool"), "rrdtool is not installed")
        let info = try await Program.run(rrdtool, ["info", fixture.path(file)])
        for line in [
            "step = 60", "last_update = 1699999999", "ds[in].type = \"COUNTER\"",
            "ds[out].minimal_heartbeat = 120", "ds[in].min = NaN", "ds[in].max = NaN",
            "rra[2].cf = \"MAX\"", "rra[1].pdp_per_row = 10", "rra[0].rows = 100",
        ] { #expect(info.output.contains(line), "\(line)") }
        let rights = try FileManager.default.attributesOfItem(atPath: fixture.path(file))
        #expect(rights[.posixPermissions] as? Int == 0o640)
    }

    @Test func `an existing file is never made anew`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        let start = Timestamp(seconds: 1_700_000_000)
        _ = await fixture.store.create([file], start: start)
        fixture.clock.advance(milliseconds: 60_000)
        _ = await fixture.store.update([
            .init(file: file, rows: [row(1_700_000_060, .counter(7), .counter(8))])
        ])
        _ = await fixture.store.create([file], start: start.advanced(seconds: 1_000))
        let last = try await fixture.store.lastRows([file])[0].get()
        #expect(last.time.seconds == 1_700_000_060)
        #expect(last.values == ["in": .counter(7), "out": .counter(8)])
    }

    @Test func `rates of raw counters are exact, also between the seconds`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        _ = await fixture.store.create([file], start: Timestamp(seconds: 1_700_000_000))
        for number in Int64(0)...5 {
            // 1000 a second, read 250 ms late each time; beyond 2⁵³ to see that no digit is lost.
            let milliseconds = 1_700_000_040_250 + number * 60_000
            fixture.clock.advance(milliseconds: 60_000)
            let value = UInt64(1) << 60 + UInt64(number * 60_000)
            let update = RoundRobinUpdate(
                file: file,
                rows: [
                    RoundRobinRow(
                        time: Timestamp(milliseconds: milliseconds),
                        values: [.counter(value), .unknown])
                ])
            try await fixture.accept(update)
        }
        try await fixture.store.settle([file.path])
        let rrdtool = try #require(Program.find("rrdtool"), "rrdtool is not installed")
        let fetched = try await Program.run(
            rrdtool,
            ["fetch", fixture.path(file), "AVERAGE", "-s", "1700000100", "-e", "1700000280"])
        let rates = fetched.output.split(separator: "\n").dropFirst().compactMap { line in
            line.split(separator: " ").dropFirst().first.flatMap { Double($0) }
        }
        #expect(rates.count >= 4)
        #expect(rates.prefix(4).allSatisfy { abs($0 - 1_000) < 0.001 }, "\(fetched.output)")
        let series = try await fixture.store.series(
            of: file, function: .average, start: Timestamp(seconds: 1_700_000_100),
            end: Timestamp(seconds: 1_700_000_280))
        #expect(series.names == ["in", "out"])
        #expect(series.rows.prefix(3).map { $0[1] } == [nil, nil, nil])
        #expect(abs((series.rows[0][0] ?? 0) - 1_000) < 0.001)
    }

    @Test func `an unknown one second before a reset loses that interval and draws no spike`()
        async throws
    {
        let fixture = try StoreFixture()
        let file = try fixture.file(names: ["in"])
        let start = Int64(1_700_000_040)
        _ = await fixture.store.create([file], start: Timestamp(seconds: start - 60))
        fixture.clock.advance(milliseconds: 400_000)
        let rows = [
            row(start, .counter(1_000_000)), row(start + 60, .counter(1_060_000)),
            row(start + 119, .unknown), row(start + 120, .counter(500)),
            row(start + 180, .counter(60_500)), row(start + 240, .counter(120_500)),
        ]
        try await fixture.accept(.init(file: file, rows: rows))
        let series = try await fixture.store.series(
            of: file, function: .average, start: Timestamp(seconds: start),
            end: Timestamp(seconds: start + 239))
        #expect(series.rows.map { $0[0] } == [1_000, nil, 1_000, 1_000])
    }

    @Test func `a file that is gone is made again`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file()
        fixture.clock.advance(milliseconds: 60_000)
        let update = RoundRobinUpdate(
            file: file, rows: [row(1_700_000_060, .counter(1), .counter(2))])
        try await fixture.accept(update)
        try await fixture.store.settle([file.path])
        #expect(FileManager.default.fileExists(atPath: fixture.path(file)))
    }

    @Test func `a folder that cannot be made is said`() async throws {
        let fixture = try StoreFixture()
        try fixture.folder.write("a file in the way", to: "rrd")
        let result = await fixture.store.create(
            [try fixture.file()], start: Timestamp(seconds: 1_700_000_000))[0]
        guard case .failure(let failure) = result else { throw Unexpected("\(result)") }
        #expect(failure.words.contains("Not a directory"))
    }

    @Test func `removing takes the files and their folder`() async throws {
        let fixture = try StoreFixture()
        let files = [try fixture.file(1), try fixture.file(2)]
        _ = await fixture.store.create(files, start: Timestamp(seconds: 1_700_000_000))
        for result in await fixture.store.remove(files.map(\.path)) { try result.get() }
        #expect(!FileManager.default.fileExists(atPath: "\(fixture.folder.path)/rrd/1"))
        for result in await fixture.store.remove(files.map(\.path)) { try result.get() }
    }

    @Test func `a missing or damaged file is an error that names it, and no rows`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file(9)
        func failure() async -> String? {
            let reads = [ConsolidationFunction.average, .maximum].compactMap { function in
                (try? TimeRange(
                    start: Timestamp(seconds: 1_700_000_000),
                    end: Timestamp(seconds: 1_700_003_600))).map {
                        SeriesRead(path: file.path, function: function, range: $0, rowSeconds: 60)
                    }
            }
            let words = await fixture.store.series(reads).map { $0.failure?.words }
            return words.count == 2 && words[0] == words[1] ? words[0] : "\(words)"
        }
        #expect(await failure()?.contains("rrd/1/9.rrd could not be read: it is not there") == true)
        try fixture.folder.write("no round-robin file", to: file.path)
        #expect(
            await failure()?.contains("rrd/1/9.rrd could not be read: it is not a round") == true)
        // Another file answers beside it.
        let sound = try fixture.file(1)
        _ = await fixture.store.create([sound], start: Timestamp(seconds: 1_700_000_000))
        try await fixture.draw(sound, from: 1_700_000_000, to: 1_700_003_600)
    }

    @Test func `after the stop nothing is taken`() async throws {
        let fixture = try StoreFixture()
        await fixture.store.stop()
        let result = await fixture.store.create([try fixture.file()], start: Timestamp(seconds: 1))[
            0]
        #expect(result.failure == .stopped)
        await fixture.store.stop()
    }

    @Test func `reads and writes of one file never meet`() async throws {
        let fixture = try StoreFixture()
        let file = try fixture.file(names: ["in"])
        _ = await fixture.store.create([file], start: Timestamp(seconds: 1_700_000_000))
        fixture.clock.advance(milliseconds: 10_000_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in Int64(1)...150 {
                    let time = 1_700_000_000 + number * 60
                    try await fixture.accept(
                        .init(file: file, rows: [row(time, .counter(UInt64(number * 60_000)))]))
                }
            }
            group.addTask {
                for _ in 0..<10 {
                    try await fixture.draw(file, from: 1_700_000_000, to: 1_700_003_600)
                }
            }
            group.addTask {
                for _ in 0..<100 {
                    let series = try await fixture.store.series(
                        of: file, function: .average, start: Timestamp(seconds: 1_700_000_100),
                        end: Timestamp(seconds: 1_700_003_600))
                    let known = series.rows.compactMap { $0[0] }
                    #expect(known.allSatisfy { abs($0 - 1_000) < 0.01 })
                }
            }
            try await group.waitForAll()
        }
    }
}

extension Result {
    var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
