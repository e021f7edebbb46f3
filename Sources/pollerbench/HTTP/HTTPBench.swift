import ArgumentParser
import Foundation
import PollerModel

/// `pollerbench http`: what an answer costs a daemon that runs.
struct HTTPBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http",
        abstract: "Asks a running daemon, and counts its CPU time.",
        discussion: """
            Of a picture, four things: one that must be drawn (each over a range that nobody \
            asked for before), one that is kept, one that the browser has already (304), and \
            /-/healthy for what an answer costs at least. ratio is beside the drawn one. Of \
            another address, the address alone. With --burst, so many pictures are asked for at \
            once, over connections of their own, while a page is loaded again and again. CPU \
            times are those of the process --pid in the meantime, so nobody else should ask it.
            """)

    @Option(help: "Where the daemon listens.")
    var url = "http://127.0.0.1:8080"

    @Option(help: "What is asked for: /graphs/1.png, /devices …; several for --burst.")
    var path: [String]

    @Option(help: "Process of the daemon, whose CPU time is measured.")
    var pid: Int32?

    @Option(help: "Requests of each kind.")
    var count = 2_000

    @Option(help: "Pictures that are drawn.")
    var fresh = 200

    @Option(help: "Connections that ask at a time.")
    var connections = 4

    @Option(help: "Pictures that are asked for at once; 0 leaves that out.")
    var burst = 0

    @Option(help: "How many of these are different.")
    var different = 50

    @Option(help: "The page that is loaded meanwhile.")
    var page = "/devices"

    func run() async throws {
        guard count > 0, fresh > 0, (1...200).contains(connections), (0...1_000).contains(burst),
            different > 0, let first = path.first
        else { throw ValidationError("numbers are above 0, and --burst at most 1000") }
        let daemon = try HTTPAddress(url)
        let loop = try HTTPLoop(daemon, connections: connections)
        let clock = try pid.map { try OtherClock($0) }
        let bench = PictureAnswers(loop: loop, clock: clock)
        guard first.contains(".png") || first.contains(".svg") else {
            _ = try bench.run("page", Array(repeating: first, count: count), fields: [], nil)
            return
        }
        let drawn = try bench.run("drawn", ranges(of: first, count: fresh), fields: [], nil)
        _ = try loop.run([first])
        _ = try bench.run("kept", Array(repeating: first, count: count), fields: [], drawn.cost)
        if let tag = try loop.run([first]).answers.first?.fields["etag"] {
            _ = try bench.run(
                "not modified", Array(repeating: first, count: count),
                fields: ["If-None-Match: \(tag)"], drawn.cost)
        }
        _ = try bench.run(
            "healthy", Array(repeating: "/-/healthy", count: count), fields: [], drawn.cost)
        if burst > 0 { try await Burst(self, daemon, paths: wanted()).run() }
    }

    /// The same picture over ranges that begin a second earlier each.
    private func ranges(of path: String, count: Int) -> [String] {
        let now = Int64(time(nil)) / 1_000 * 1_000
        let mark = path.contains("?") ? "&" : "?"
        // Another run begins elsewhere, as what was drawn is kept.
        let first = now - 90_000 - Int64.random(in: 0..<5_000)
        return (0..<Int64(count)).map { "\(path)\(mark)from=\(first - $0)&to=\(now)" }
    }

    private func wanted() -> [String] {
        let each = (different + path.count - 1) / path.count
        let all = path.flatMap { ranges(of: $0, count: each) }.prefix(different)
        return (0..<burst).map { all[$0 % all.count] }
    }
}

/// User and system time of another process.
struct OtherClock {
    private let clock: clockid_t

    init(_ process: pid_t) throws {
        var clock = clockid_t()
        guard clock_getcpuclockid(process, &clock) == 0 else {
            throw BenchFailure(words: "there is no process \(process)")
        }
        self.clock = clock
    }

    var seconds: Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Answers of one kind, one line each.
private struct PictureAnswers {
    let loop: HTTPLoop
    let clock: OtherClock?

    /// - Parameter drawn: CPU seconds of a drawn picture, where they are known.
    /// - Returns: CPU seconds of one; nil where nobody measures them.
    func run(
        _ name: String, _ paths: [String], fields: [String], _ drawn: Double?
    ) throws -> (cost: Double?, answers: [HTTPAnswer]) {
        let wall = ContinuousClock()
        let (start, cpu) = (wall.now, clock?.seconds)
        let answers = try loop.run(paths, fields: fields).answers
        let cost = clock.flatMap { clock in
            cpu.map { (clock.seconds - $0) / Double(paths.count) }
        }
        let seconds = (wall.now - start) / .seconds(1)
        var figures = Figures(bench: "http", of: name)
        figures.add("path", paths[0])
        figures.add("requests", paths.count)
        figures.add("errors", answers.count { $0.status >= 400 })
        figures.add("not_modified", answers.count { $0.status == 304 })
        figures.add("answers_per_second", Double(paths.count) / seconds)
        if let cost {
            figures.add("daemon_cpu_milliseconds", cost * 1e3)
            if let drawn { figures.add("ratio", cost / drawn) }
        }
        figures.print()
        return (cost, answers)
    }
}

/// Many pictures at once.
private struct Burst {
    let bench: HTTPBench
    let daemon: HTTPAddress
    let paths: [String]

    init(_ bench: HTTPBench, _ daemon: HTTPAddress, paths: [String]) {
        self.bench = bench
        self.daemon = daemon
        self.paths = paths
    }

    func run() async throws {
        let loop = try HTTPLoop(daemon, connections: paths.count)
        let other = try HTTPLane(daemon)
        let before = try drawn()
        let clock = ContinuousClock()
        let start = clock.now
        let (answers, pages) = try loop.run(paths, meanwhile: (bench.page, other))
        let seconds = (clock.now - start) / .seconds(1)
        var figures = Figures(bench: "http", of: "burst")
        figures.add("requests", paths.count)
        figures.add("different", Set(paths).count)
        figures.add("errors", answers.count { $0.status != 200 })
        figures.add("drawings", try drawn() - before)
        figures.add("seconds", seconds)
        figures.add("slowest_picture_seconds", answers.map(\.seconds).max() ?? 0)
        figures.add("pages", pages.count)
        figures.add("page_errors", pages.count { $0.status != 200 })
        figures.add("slowest_page_milliseconds", (pages.map(\.seconds).max() ?? 0) * 1e3)
        figures.print()
    }

    /// Pictures that the daemon has drawn since its start.
    private func drawn() throws -> Int {
        struct Status: Decodable {
            struct Pictures: Decodable { let drawn: Int }
            let pictures: Pictures
        }
        let answer = try HTTPLoop(daemon, connections: 1).run(["/api/v1/status"]).answers[0]
        return try JSONDecoder().decode(Status.self, from: Data(answer.body)).pictures.drawn
    }
}
