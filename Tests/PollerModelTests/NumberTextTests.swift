import Foundation
import TestSupport
import Testing

@testable import PollerModel

@Suite struct NumberTextTests {
    @Test func `decimal fractions are those of printf`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for number in 0..<20_000 {
            let value = Self.value(number, &generator)
            let decimals = number % 7
            var expected = String(format: "%.\(decimals)f", value)
            // printf writes a sign also where nothing but zeros is left.
            if !expected.contains(where: { "123456789".contains($0) }) {
                expected = expected.replacing("-", with: "")
            }
            guard NumberText.fixed(value, decimals: decimals) != expected else { continue }
            Issue.record("seed \(seed): \(value) with \(decimals) decimals")
        }
    }

    /// Of all sizes, and every third one in the middle between two decimal fractions.
    private static func value(_ number: Int, _ generator: inout SeededGenerator) -> Double {
        let sign = Bool.random(using: &generator) ? 1.0 : -1
        if number.isMultiple(of: 3) {
            return sign * Double(Int.random(in: 0...1_000_000, using: &generator)) / 64
        }
        let exponent = Int.random(in: -70...62, using: &generator)
        return sign * Double.random(in: 0..<1, using: &generator) * pow(2, Double(exponent))
    }

    @Test(
        arguments: [
            (0.5, 0, "0"), (1.5, 0, "2"), (2.5, 0, "2"), (0.125, 2, "0.12"), (0.375, 2, "0.38"),
            (-0.001, 2, "0.00"), (-0.005, 2, "-0.01"), (1e18, 0, "1000000000000000000"),
            (1, 6, "1.000000"), (1, 7, "1.000000"), (1.5, -1, "2"),
            (.leastNonzeroMagnitude, 6, "0.000000"), (.nan, 2, "–"), (.infinity, 2, "∞"),
            (-.infinity, 2, "-∞"),
        ] as [(Double, Int, String)])
    func `ties go to the even digit, and nothing has no sign`(
        value: Double, decimals: Int, text: String
    ) {
        #expect(NumberText.fixed(value, decimals: decimals) == text)
    }

    @Test(
        arguments: [
            (0, .si, "0.00", ""), (999.994, .si, "999.99", ""), (999.996, .si, "1.00", "k"),
            (1_000, .si, "1.00", "k"), (-999_999, .si, "-1.00", "M"), (1_023, .iec, "1023.00", ""),
            (1_024, .iec, "1.00", "Ki"), (1_048_576, .iec, "1.00", "Mi"), (0.01, .si, "0.01", ""),
            (0.009, .si, "9.00", "m"), (0.000_012, .si, "12.00", "µ"), (-0.005, .si, "-5.00", "m"),
            (5e20, .si, "500.00", "E"), (2e21, .si, "2000.00", "E"), (1e-19, .si, "0.10", "a"),
            (.nan, .si, "–", ""), (.infinity, .iec, "∞", ""),
        ] as [(Double, GraphTemplate.Base, String, String)])
    func `a prefix begins with the number that makes one`(
        value: Double, base: GraphTemplate.Base, number: String, prefix: String
    ) {
        let text = NumberText.scaled(value, base: base)
        #expect(text.number == number && text.prefix == prefix)
    }

    @Test func `prefixes end with what there are names for`() {
        #expect(NumberText.prefix(6, base: .si) == "E" && NumberText.prefix(7, base: .si) == "E")
        #expect(NumberText.prefix(-6, base: .si) == "a" && NumberText.prefix(-7, base: .si) == "a")
        #expect(NumberText.prefix(1, base: .iec) == "Ki" && NumberText.prefix(0, base: .iec) == "")
        #expect(NumberText.prefix(-1, base: .iec) == "m")
    }
}
