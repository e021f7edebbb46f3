/// The distance of two samples of a data source: 1 s to 1 day, whole seconds.
package struct Step: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package static let secondsRange: ClosedRange<Int64> = 1...86_400

    package let seconds: Int64

    /// nil outside `secondsRange`.
    package init?(seconds: Int64) {
        guard Self.secondsRange.contains(seconds) else { return nil }
        self.seconds = seconds
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let value = try container.decode(Int64.self)
        guard let step = Step(seconds: value) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a step is 1 to 86400 seconds, not \(value)")
        }
        self = step
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }

    package var milliseconds: Int64 { seconds * 1_000 }
    package var description: String { "\(seconds) s" }

    package static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }
}
