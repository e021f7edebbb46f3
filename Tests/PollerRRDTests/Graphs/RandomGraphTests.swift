import Foundation
import TestSupport
import Testing

@testable import PollerModel
@testable import PollerRRD

/// Graphs by chance. librrd cannot be interrupted and cannot be caught when it crashes, so whatever
/// the planner lets through must be drawn, soon, and readable.
@Suite struct RandomGraphTests {
    /// `POLLERD_RANDOM_GRAPHS` makes it more; `POLLERD_TEST_SEED` is the seed of the first.
    private static let count =
        ProcessInfo.processInfo.environment["POLLERD_RANDOM_GRAPHS"].flatMap { Int($0) }
        ?? (Places.isFast ? 40 : 200)
    private static let firstSeed =
        ProcessInfo.processInfo.environment["POLLERD_TEST_SEED"].flatMap { UInt64($0) } ?? 1
    private static let longest = Duration.seconds(1)

    @Test(.timeLimit(.minutes(60)))
    func `any graph is drawn, in less than a second, and can be read`() throws {
        let folder = try GraphFolder()
        var costs: [(took: Duration, seed: UInt64)] = []
        for seed in Self.firstSeed..<Self.firstSeed + UInt64(Self.count) {
            var graph = try RandomGraph(seed: seed)
            let plan = graph.plan()
            do {
                let (image, took) = try ThreadTime.measure { try folder.draw(plan.script) }
                #expect(took < Self.longest, "seed \(seed)")
                costs.append((took, seed))
                check(plan.script, image, "seed \(seed)")
            } catch {
                let arguments = folder.arguments(plan.script, readsFiles: false)
                Issue.record("seed \(seed): \(error)\n\(arguments.joined(separator: "\n"))")
            }
        }
        costs.sort { $0.took > $1.took }
        let slowest = costs.prefix(5).map { cost in
            "\(cost.took / .milliseconds(1)) ms (seed \(cost.seed))"
        }
        print("slowest of \(costs.count) random graphs: \(slowest.joined(separator: ", "))")
    }

    private func check(_ script: GraphScript, _ image: GraphImage, _ context: String) {
        #expect(image.plot.width == script.width * script.scale, "\(context)")
        #expect(image.plot.height == script.height * script.scale, "\(context)")
        let readable = ReadablePicture(script)
        let room = Double(image.width / script.scale)
        for text in readable.tooWide(for: room) {
            Issue.record("\(context): wider than \(room) pixels: \(text)")
        }
        #expect(readable.equalValueLabels == [], "\(context)")
        #expect(readable.equalTimeLabels == [], "\(context)")
    }
}
