/// Looks at the archives of a forecast (RRDtool manual, rrdcreate: Holt-Winters). We make none, but
/// files that come from elsewhere have them. librrd follows the number of the archive that each
/// depends on, and fills a window of violations, without a look at either.
enum ForecastGuard {
    private enum Function: String, CaseIterable {
        case prediction = "HWPREDICT"
        case multiplicativePrediction = "MHWPREDICT"
        case season = "SEASONAL"
        case deviation = "DEVPREDICT"
        case seasonalDeviation = "DEVSEASONAL"
        case failures = "FAILURES"

        /// What the archive it depends on must be.
        var dependsOn: [Function] {
            switch self {
            case .prediction, .multiplicativePrediction: [.season]
            case .season, .seasonalDeviation: [.prediction, .multiplicativePrediction]
            case .deviation, .failures: [.seasonalDeviation]
            }
        }
    }

    /// Offsets inside an archive's definition (rrd_format.h: rra_par_en).
    private enum Offset {
        static let firstFactor = 48
        static let secondFactor = 56
        static let dependent = 64
        static let window = 72
        static let threshold = 80
    }

    /// rrd_format.h: MAX_FAILURES_WINDOW_LEN; a longer window reaches beyond its place.
    static let largestWindow: UInt64 = 28
    /// From this version on, the share of a season that is smoothed stands in the file.
    private static let firstVersionWithSmoothing = 4

    static func check(
        _ bytes: UnsafeRawBufferPointer, _ layout: HeadLayout, _ position: Int
    ) throws(HeadGuard.Flaw) {
        let start = layout.archive(position)
        guard let function = function(bytes, start) else {
            throw .field("the function of archive \(position + 1)")
        }
        let dependent = bytes.word(start + Offset.dependent)
        guard dependent < UInt64(layout.archiveCount),
            let other = Self.function(bytes, layout.archive(Int(dependent))),
            function.dependsOn.contains(other)
        else { throw .field("what archive \(position + 1) depends on") }
        switch function {
        case .failures:
            let window = bytes.word(start + Offset.window)
            guard (1...largestWindow).contains(window),
                (1...window).contains(bytes.word(start + Offset.threshold))
            else { throw .field("the window of archive \(position + 1)") }
        case .prediction, .multiplicativePrediction:
            try checkFactor(bytes, start + Offset.firstFactor, position)
            try checkFactor(bytes, start + Offset.secondFactor, position)
        case .season, .seasonalDeviation:
            try checkFactor(bytes, start + Offset.firstFactor, position)
            if layout.version >= firstVersionWithSmoothing {
                // librrd takes memory for as many rows as this share of the season says.
                try checkFactor(bytes, start + Offset.secondFactor, position)
            }
        case .deviation: break
        }
    }

    private static func checkFactor(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ position: Int
    ) throws(HeadGuard.Flaw) {
        guard (0...1).contains(bytes.number(offset)) else {
            throw .field("the factors of archive \(position + 1)")
        }
    }

    private static func function(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Function? {
        guard let text = bytes.text(start, limit: 20) else { return nil }
        return Function.allCases.first { text.elementsEqual($0.rawValue.utf8) }
    }
}
