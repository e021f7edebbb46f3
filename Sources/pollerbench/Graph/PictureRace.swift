import CBench
import Foundation
import PollerModel
import PollerRRD

/// One picture drawn in several ways by turns, so that they meet the same noise. Times are CPU
/// seconds, one number for each drawing.
struct PictureRace {
    let name: String
    let request: GraphRequest
    let scene: GraphScene
    let renderer: RowRenderer
    private(set) var reading = Samples()
    private(set) var planning = Samples()
    private(set) var drawing = Samples()
    private(set) var ours = Samples()
    private(set) var loop = Samples()
    private(set) var treatedLoop = Samples()
    private(set) var size = 0
    private(set) var loopSize = 0

    init(_ name: String, _ request: GraphRequest, _ scene: GraphScene, _ renderer: RowRenderer) {
        self.name = name
        self.request = request
        self.scene = scene
        self.renderer = renderer
    }

    /// One drawing in each way.
    mutating func turn(isCounted: Bool) async throws {
        let (script, times, size) = try await drawOurs()
        let arguments = renderer.command(for: script, folder: scene.folder)
        let plain = try await Self.loop(arguments, isTreated: false)
        let treated = try await Self.loop(arguments, isTreated: true)
        guard isCounted else { return }
        count(times)
        self.size = size
        loop.add(plain.seconds)
        treatedLoop.add(treated.seconds)
        loopSize = plain.size
    }

    /// A turn of the poller only.
    mutating func drawAlone(isCounted: Bool) async throws {
        let (_, times, size) = try await drawOurs()
        guard isCounted else { return }
        count(times)
        self.size = size
    }

    /// The picture in another width.
    func drawOnce(wider pixels: Int) async throws {
        let request = try GraphRequest(
            range: request.range, width: request.width + pixels, height: request.height,
            theme: request.theme, scale: request.scale, hasLegend: request.hasLegend,
            format: request.format)
        let reads = scene.reads(request)
        let answers = await scene.store.series(reads.all)
        _ = try await renderer.render(scene.plan(request, reads, answers).script)
    }

    /// A script that has the real rrdtool draw the picture so many times, a process each.
    func commands(times: Int) async throws -> String {
        let script = try await drawOurs().0
        let words = (["graph", "/dev/null"] + renderer.command(for: script, folder: scene.folder))
            .map(ShellText.word)
        let line = (["rrdtool"] + words).joined(separator: " ") + " >/dev/null || exit 1\n"
        return "#!/bin/sh\n# \(name), \(times) times: divide what time(1) says by that.\n"
            + String(repeating: line, count: times)
    }

    private mutating func count(_ times: [Double]) {
        reading.add(times[1] - times[0])
        planning.add(times[2] - times[1])
        drawing.add(times[3] - times[2])
        ours.add(times[3] - times[0])
    }

    /// - Returns: the process' time before, after reading, after planning and at the end.
    private func drawOurs() async throws -> (GraphScript, [Double], size: Int) {
        var times = [ProcessClock.seconds]
        let reads = scene.reads(request)
        let answers = await scene.store.series(reads.all)
        times.append(ProcessClock.seconds)
        let plan = scene.plan(request, reads, answers)
        times.append(ProcessClock.seconds)
        let image = try await renderer.render(plan.script)
        times.append(ProcessClock.seconds)
        return (plan.script, times, image.bytes.count)
    }

    /// On the main thread, as librrd keeps fonts by thread and would load them anew on others.
    @MainActor private static func loop(
        _ arguments: [String], isTreated: Bool
    ) throws -> (seconds: Double, size: Int) {
        let texts = arguments.map { strdup($0) }
        defer { for text in texts { free(text) } }
        let vector = texts.map { UnsafePointer<CChar>($0) }
        var result = cbench_graph_result()
        guard cbench_graph(vector, Int32(vector.count), isTreated, &result) == 0 else {
            throw BenchFailure(words: "rrd_graph_v refused \(arguments.joined(separator: " "))")
        }
        return (Double(result.cpu_nanoseconds) / 1e9, result.size)
    }

    func print() {
        var figures = Figures(bench: "graph", of: name)
        figures.add("pictures", ours.count)
        figures.add("bytes", size)
        figures.add("read_milliseconds", reading.median * 1e3)
        figures.add("plan_milliseconds", planning.median * 1e3)
        figures.add("render_milliseconds", drawing.median * 1e3)
        figures.add("milliseconds", ours.median * 1e3)
        guard loop.count > 0 else { return figures.print() }
        figures.add("c_bytes", loopSize)
        figures.add("c_milliseconds", loop.median * 1e3)
        figures.add("c_treated_milliseconds", treatedLoop.median * 1e3)
        figures.add("ratio", ours.median / loop.median)
        figures.add("treated_ratio", ours.median / treatedLoop.median)
        figures.print()
    }
}

/// Times of the same thing.
struct Samples {
    private var values: [Double] = []

    mutating func add(_ value: Double) { values.append(value) }
    var count: Int { values.count }

    /// Half of them are not longer; 0 of none.
    var median: Double { quantile(0.5) }
    var largest: Double { values.max() ?? 0 }

    /// - Parameter share: of the values that are not longer, 0...1.
    func quantile(_ share: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        return values.sorted()[Int((Double(values.count - 1) * share).rounded())]
    }
}
