import Foundation
import TestSupport
import Testing

@testable import PollerModel
@testable import PollerRRD

/// Every number under a picture beside one that is computed here from what the real rrdtool prints
/// of the same file.
@Suite struct GraphNumbersTests {
    /// From and to, as people write them.
    private static let ranges = [
        ("now-1h", "now"), ("now-6h", "now"), ("now-1d", "now"), ("now-1d/d", "now-1d/d"),
        ("now-2d/d", "now-1d/d"), ("now-1w", "now"), ("now-1w/w", "now-1w/w"), ("now-1M", "now"),
        ("now-1M/M", "now-1M/M"), ("now-1y", "now"), ("now-90061s", "now-7s"),
        ("now-1000s", "now-990s"), ("now-2000s", "now-1850s"), ("now-3d", "now-70h"),
        ("now-40d", "now-39d"), ("now-200d", "now-199d"), ("now-8M/d", "now-8M/d"),
        ("now-15M", "now"), ("now-5y", "now-2y"), ("now-1h", "now+1h"), ("now+1h", "now+2h"),
    ]

    @Test(
        arguments: ["ten_seconds", "one_minute", "five_minutes", "long"],
        GraphHistory.Season.allCases)
    func `each number of a picture is that of rrdtool's own rows, to the printed digit`(
        profile name: String, season: GraphHistory.Season
    ) async throws {
        let profile = try #require(ShippedCatalogue.catalogue.profiles[name])
        let folder = try GraphFolder()
        let file = GraphHistory.file(profile)
        try GraphHistory.fill(file, in: folder, now: season.now)
        let pictures = NumbersTwin(folder: folder, file: file, now: season.now)
        var compared = 0
        for (from, to) in Self.ranges { compared += try await pictures.compare(from, to) }
        // Three series with six or seven numbers each, wherever something is known.
        #expect(compared > Self.ranges.count * 12, "\(compared)")
        let yesterday = try pictures.range("now-1d/d", "now-1d/d")
        #expect(yesterday.seconds == (season == .autumn ? 25 : 23) * 3_600)
    }
}
