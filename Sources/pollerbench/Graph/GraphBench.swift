import ArgumentParser
import Foundation
import PollerModel
import PollerRRD

/// `pollerbench graph`: what a picture costs, beside a C loop over rrd_graph_v.
struct GraphBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Draws pictures of an interface's traffic, and counts CPU time.",
        discussion: """
            Two files are filled: fourteen months of 5 minutes, and two years in which each 5 \
            minutes are kept. Each kind of picture is drawn by turns by the poller (the store \
            reads, the planner plans, librrd draws what it was lent), by a C loop that hands \
            rrd_graph_v the same picture of the file itself, once as the libraries are and once \
            with what the poller changes about them (treated). ratio is the poller beside the C \
            loop. Figures are medians of a picture's CPU time in all threads. --growth draws on \
            and looks at the memory. --commands leaves the files where it says, and beside them \
            a script for each kind that has the real rrdtool draw it, a process a picture: \
            time sh day.sh.
            """)

    @Option(help: "Pictures of each kind.")
    var count = 100

    @Option(help: "For each kind at most so many seconds.")
    var seconds = 20.0

    @Option(help: "Folder for the files and scripts of rrdtool; both stay there.")
    var commands: String?

    @Option(help: "Pictures that each of the scripts draws.")
    var processes = 10

    @Option(help: "Pictures that are drawn to see whether memory grows; 0 leaves that out.")
    var growth = 0

    @Option(help: "Draw only this kind, for profilers; its name is that of the case.")
    var only: String?

    @Flag(help: "Leave out what the poller is compared with, for profilers.")
    var alone = false

    @Option(help: "Folder for the files, which are removed afterwards.")
    var folder = NSTemporaryDirectory()

    /// Turns until caches, fonts and code are warm.
    private static let warmUp = 3
    private static let longName = "two years of 5 minutes"

    func run() async throws {
        guard count > 0, seconds > 0, processes > 0, growth >= 0 else {
            throw ValidationError(
                "--count, --seconds and --processes are above 0, --growth is not below")
        }
        RRDLibrary.start()
        let home = commands ?? "\(folder)/pollerbench-graph-\(getpid())"
        // Left behind, it is a folder whose name says whose it was.
        defer { if commands == nil { try? FileManager.default.removeItem(atPath: home) } }
        let renderer = RowRenderer()
        let scenes = try ["five_minutes", "long"].map { profile in
            try FileManager.default.createDirectory(
                atPath: "\(home)/\(profile)", withIntermediateDirectories: true)
            return try GraphScene(
                folder: "\(home)/\(profile)", profile: profile, days: profile == "long" ? 730 : 426)
        }
        var races = try Self.races(scenes[0], scenes[1], renderer)
        if let only {
            let names = races.map(\.name)
            races.removeAll { $0.name != only }
            guard !races.isEmpty else {
                throw ValidationError("--only is one of \(names.joined(separator: ", "))")
            }
        }
        if let commands { try await write(races, to: commands) }
        for race in races { try await measure(race) }
        if growth > 0 { try await MemoryGrowth(races: races).run(pictures: growth) }
        await renderer.stop()
        for scene in scenes { await scene.store.stop() }
    }

    private static func races(
        _ usual: GraphScene, _ long: GraphScene, _ renderer: RowRenderer
    ) throws -> [PictureRace] {
        [
            ("day", try usual.request(days: 1), usual),
            ("week", try usual.request(days: 7), usual),
            ("month", try usual.request(days: 30), usual),
            ("year", try usual.request(days: 365), usual),
            (
                "thumbnail",
                try usual.request(days: 1, width: 300, height: 100, hasLegend: false), usual
            ),
            ("twice as dense", try usual.request(days: 1, scale: 2), usual),
            ("svg", try usual.request(days: 1, format: .svg), usual),
            ("dark", try usual.request(days: 1, theme: .dark), usual),
            (longName, try long.request(days: 730), long),
        ].map { PictureRace($0.0, $0.1, $0.2, renderer) }
    }

    private func write(_ races: [PictureRace], to folder: String) async throws {
        for race in races {
            let name = race.name.replacing(" ", with: "_")
            try await race.commands(times: processes)
                .write(toFile: "\(folder)/\(name).sh", atomically: true, encoding: .utf8)
        }
    }

    private func measure(_ start: PictureRace) async throws {
        var race = start
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        for turn in -Self.warmUp..<count where clock.now < end {
            guard !alone else {
                try await race.drawAlone(isCounted: turn >= 0)
                continue
            }
            try await race.turn(isCounted: turn >= 0)
        }
        race.print()
    }
}

/// Draws many pictures of all kinds in changing sizes, and looks at the memory of the process.
struct MemoryGrowth {
    let races: [PictureRace]

    private static let warmUp = 2_000
    private static let sizes = 200

    func run(pictures: Int) async throws {
        var warm = 0
        let start = ProcessClock.seconds
        let warmUp = min(Self.warmUp, pictures / 2)
        for number in 0..<pictures {
            if number == warmUp { warm = try ProcessClock.residentMebibytes }
            let race = races[number % races.count]
            try await race.drawOnce(wider: number / races.count % Self.sizes)
        }
        let end = try ProcessClock.residentMebibytes
        var figures = Figures(bench: "graph", of: "memory")
        figures.add("pictures", pictures)
        figures.add("warm_up", warmUp)
        figures.add("cpu_seconds", ProcessClock.seconds - start)
        figures.add("warm_mebibytes", warm)
        figures.add("mebibytes", end)
        figures.add("growth_mebibytes", end - warm)
        figures.print()
    }
}
