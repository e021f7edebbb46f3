import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

@Suite(.timeLimit(.minutes(3))) struct CachedGraphTests {
    private static let longestRow: Int64 = 1_440

    /// Mean, peak and a sum of one file, and another file.
    private func script(
        _ paths: [String], hours: Int64, width: Int = 240, title: String = "t"
    ) throws -> GraphScript {
        let end = CachedFixture.begin + Self.longestRow * 60
        return GraphScript(
            title: title, verticalLabel: "v",
            range: try TimeRange(
                start: Timestamp(seconds: end - hours * 3_600), end: Timestamp(seconds: end)),
            width: width, height: 60, scale: 1, theme: .light, hasLegend: true, base: .si,
            lowerLimit: nil, upperLimit: nil,
            elements: paths.enumerated().flatMap { number, path -> [GraphScript.Element] in
                [
                    .read(name: "a\(number)", path: path, source: "in", function: .average),
                    .read(name: "b\(number)", path: path, source: "out", function: .average),
                    .read(name: "c\(number)", path: path, source: "in", function: .maximum),
                    .area(
                        name: "a\(number)", color: Color(0x336699), legend: "in", isStacked: false),
                    .line(name: "b\(number)", width: 1, color: Color(0x993366), legend: "out"),
                    .line(name: "c\(number)", width: 1, color: Color(0x000000), legend: "peak"),
                    .summarize(name: "d\(number)", of: "b\(number)", by: .maximum),
                    .print(
                        name: "d\(number)", label: "most", format: .scaled, isCompact: false,
                        endsLine: true),
                ]
            })
    }

    /// Two files with a day of uneven rows and a gap.
    private func write(_ fixture: CachedFixture) throws -> [RoundRobinFile] {
        let files = [1, 2].map { fixture.file($0, kind: .gauge) }
        let rows = (Int64(0)...Self.longestRow).filter { !(700..<800).contains($0) }.map { number in
            RoundRobinRow(
                time: Timestamp(milliseconds: (CachedFixture.begin + number * 60) * 1_000 + 250),
                values: [.gauge(Double(number * 37 % 101)), .gauge(Double(number * 53 % 211))])
        }
        for result in fixture.files.write(
            files.map { fixture.write($0, rows) }, horizon: fixture.now)
        { try result.get() }
        return files
    }

    private func renderer(_ files: CachedFiles) -> CachedRenderer {
        // One thread at a time has them, as the writer's would.
        nonisolated(unsafe) let files = files
        let thread = WorkThread(name: "rrd-writer", limit: 100)
        return CachedRenderer { requests in
            let done = await thread.run {
                requests.map { request in
                    Result { () throws(StoreFailure) in
                        try files.series(
                            request.path, function: request.function, start: request.range.start,
                            end: request.range.end, horizon: Timestamp(seconds: 4_000_000_000))
                    }
                }
            }
            return (try? done.get()) ?? []
        }
    }

    @Test func `five hundred pictures are the same as those of the files themselves`() async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let paths = try write(fixture).map(\.path)
        let cached = renderer(fixture.files)
        let storage = RoundRobinStorage(folder: cache.base)
        let local = LocalRenderer(
            storage: storage,
            store: try JournaledStore(
                storage: storage, timekeeper: ManualClock(), logger: StoreFixture.silent))
        // Rows of a minute, as many of them as pixels or less, so that both read the same ones.
        let first = try await cached.render(script(paths, hours: 4))
        let same = try await local.render(script(paths, hours: 4))
        #expect(first == same)
        for number in 0..<(Places.isFast ? 20 : 500) {
            let script = try script(
                paths, hours: Int64(number % 4 + 1), width: 240 + number % 50, title: "\(number)")
            let pictures = (
                try await cached.render(script),
                number % 10 == 0 ? try await local.render(script) : nil
            )
            if let local = pictures.1 { #expect(pictures.0 == local, "\(number)") }
        }
    }

    @Test func `a range that needs fewer rows than there are is drawn from the finest`()
        async throws
    {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let paths = try write(fixture).map(\.path)
        let script = try script(paths, hours: 24)
        let image = try await renderer(fixture.files).render(script)
        #expect(image.range == script.range)
        #expect(image.bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        let series = try fixture.files.series(
            paths[0], function: .average, start: script.range.start, end: script.range.end,
            horizon: fixture.now)
        #expect(series.stepSeconds == 60)
    }

    @Test func `a new row is in the next picture`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let file = fixture.file()
        let renderer = renderer(fixture.files)
        var script = try script([file.path], hours: 1)
        script.range = try TimeRange(
            start: Timestamp(seconds: CachedFixture.begin),
            end: Timestamp(seconds: CachedFixture.begin + 3_600))
        var before: GraphImage?
        for number in stride(from: Int64(0), to: 50, by: 10) {
            try fixture.write(file, number...(number + 9)).get()
            let image = try await renderer.render(script)
            #expect(image.bytes != before?.bytes)
            before = image
        }
    }

    @Test func `without rrdcached there is no picture but the reason`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let paths = try write(fixture).map(\.path)
        let renderer = renderer(fixture.files)
        _ = try await renderer.render(script(paths, hours: 1))
        try await cache.suspend()
        let impatient = self.renderer(try CachedFixture(cache, timeout: 200).files)
        await #expect {
            try await impatient.render(script(paths, hours: 1))
        } throws: { error in
            (error as? RenderFailure)?.words.contains("did not answer within 200 ms") == true
        }
        cache.resume()
        try await cache.kill()
        await #expect {
            try await renderer.render(script(paths, hours: 1))
        } throws: { error in
            (error as? RenderFailure)?.words.contains("cannot be reached") == true
        }
    }

    @Test func `a file or data source that is not there is said`() async throws {
        let cache = try await RealCache()
        let fixture = try CachedFixture(cache)
        let paths = try write(fixture).map(\.path)
        let renderer = renderer(fixture.files)
        await #expect {
            try await renderer.render(script([paths[0], "rrd/9/9.rrd"], hours: 1))
        } throws: { error in
            (error as? RenderFailure)?.words.contains("rrd/9/9.rrd could not be read") == true
        }
        var wrong = try script(paths, hours: 1)
        wrong.elements[0] = .read(name: "a0", path: paths[0], source: "no", function: .average)
        await #expect {
            try await renderer.render(wrong)
        } throws: { error in
            (error as? RenderFailure)?.words.contains("No DS called 'no'") == true
        }
        await renderer.stop()
        await #expect(throws: RenderFailure.stopped) {
            try await renderer.render(script(paths, hours: 1))
        }
    }

    @Test func `librrd reads only series that were lent to it`() {
        let range = try? TimeRange(start: Timestamp(seconds: 60), end: Timestamp(seconds: 120))
        for name in ["cb//0", "cb//", "cb//x", "cb//-1", "cb//99999999999999999999"] {
            #expect {
                _ = try RRDLibrary.graph(
                    ["DEF:a=\(name):in:AVERAGE", "LINE1:a#000000"], scale: 1,
                    range: try #require(range))
            } throws: { error in
                (error as? RRDLibrary.Failure)?.words.contains("there is no series") == true
            }
        }
    }
}
