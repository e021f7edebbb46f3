import Glibc
import TestSupport
import Testing

@testable import PollerModel

@Suite struct RealMathTests {
    private static let special: [Double] = [
        0, -0.0, 1, -1, 0.5, -0.5, 2, 3, -2, -3, 64, 65, -64, -65, 1e300, -1e300, 1e17,
        .infinity, -.infinity, .nan, 0.4375, 0.6875, 1.1875, 2.4375, 9_007_199_254_740_992,
        .leastNonzeroMagnitude, .leastNormalMagnitude,
    ]

    private func isClose(_ one: Double, _ other: Double, _ tolerance: Double) -> Bool {
        if one.isNaN || other.isNaN { return one.isNaN && other.isNaN }
        if one == other { return one.sign == other.sign }
        return abs(one - other) <= tolerance * abs(other) + Double.leastNonzeroMagnitude
    }

    @Test func `arc tangents are the C library's to the last digits`() {
        var generator = SeededGenerator(seed: 3)
        var numbers = Self.special
        numbers += (0..<20_000).map { _ in
            Double.random(in: -1...1, using: &generator)
                * exp2(Double.random(in: -60...60, using: &generator))
        }
        let wrong = numbers.filter { !isClose(RealMath.arcTangent($0), atan($0), 4e-16) }
        #expect(wrong == [])
        var points = Array(zip(numbers, numbers.shuffled(using: &generator)))
        for y in Self.special { points += Self.special.map { (y, $0) } }
        let wrongPoints = points.filter { y, x in
            !isClose(RealMath.arcTangent(y, x), atan2(y, x), 4e-16)
        }
        #expect(wrongPoints.map(\.0) == [])
    }

    @Test func `powers are the C library's, and exact where they are whole`() {
        for base in Self.special {
            for exponent in Self.special {
                let isSame = isClose(RealMath.power(base, exponent), pow(base, exponent), 1e-12)
                #expect(isSame, "\(base) \(exponent)")
            }
        }
        for exponent in 0...22 {
            #expect(RealMath.power(10, Double(exponent)) == Double("1e\(exponent)"))
        }
        var generator = SeededGenerator(seed: 4)
        let wrong = (0..<20_000).filter { _ in
            let base = exp2(Double.random(in: -200...200, using: &generator))
            let exponent = Double.random(in: -6...6, using: &generator)
            return !isClose(RealMath.power(base, exponent), pow(base, exponent), 1e-12)
        }
        #expect(wrong == [])
    }
}
