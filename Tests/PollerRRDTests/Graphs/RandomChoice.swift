import TestSupport

/// Picks by chance, from a seed.
struct RandomChoice: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    mutating func one(in range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }

    mutating func seconds(in range: ClosedRange<Int64>) -> Int64 {
        .random(in: range, using: &generator)
    }

    /// Whether one in so many has come.
    mutating func chance(_ many: Int) -> Bool { one(in: 1...many) == 1 }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[one(in: 0...values.count - 1)] }

    /// A text of a user or a device.
    mutating func text() -> String {
        if chance(2) { return pick(hostileTexts) }
        return pick([
            "Inbound", "Traffic", "in", "", " ", "Gi0/1 uplink", "x", "ÄÖÜ ß 漢字", "42",
            String(repeating: "W", count: 70), String(repeating: "no-blank", count: 40),
        ])
    }

    /// A number of any size that devices have; below and above zero.
    mutating func magnitude() -> Double {
        let size = pick([
            1e-18, 1e-9, 0.000_1, 0.03, 0.5, 1, 1, 3, 10, 33, 99.9, 100, 1_000, 12_345, 1e6, 1e9,
            1e12, 1e18, 1.8e19, 1e25,
        ])
        return chance(6) ? -size : size
    }
}
