/// Numbers as a legend shows them.
package enum NumberText {
    /// What stands for a number that is not known.
    package static let unknown = "–"

    package static let decimalsRange = 0...6

    private static let prefixes = ["a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E"]
    private static let plainPrefix = 6
    /// Smaller numbers are written with a prefix below one: `5.00 m`.
    private static let smallestPlain = 0.01

    /// A number and its prefix: (“12.34”, “M”), of 1024s (“12.34”, “Mi”).
    package static func scaled(
        _ value: Double, base: GraphTemplate.Base, decimals: Int = 2
    ) -> (number: String, prefix: String) {
        guard value.isFinite else { return (infinite(value), "") }
        var (scaled, place) = (value, plainPrefix)
        let factor = Double(base.rawValue)
        while abs(scaled) >= factor, place < prefixes.count - 1 {
            scaled /= factor
            place += 1
        }
        if abs(value) < smallestPlain, value != 0 {
            while abs(scaled) < 1, place > 0 {
                scaled *= factor
                place -= 1
            }
        }
        var text = fixed(scaled, decimals: decimals)
        // 999.999 is written as the next prefix's 1.00.
        if base == .si, text.drop(while: { $0 == "-" }).hasPrefix("1000"),
            place < prefixes.count - 1
        {
            text = fixed(scaled / factor, decimals: decimals)
            place += 1
        }
        return (text, prefix(place - plainPrefix, base: base))
    }

    /// - Parameter power: of the base: 2 is M, −1 is m.
    package static func prefix(_ power: Int, base: GraphTemplate.Base) -> String {
        let prefix = prefixes[min(max(power + plainPrefix, 0), prefixes.count - 1)]
        guard base == .iec, power > 0 else { return prefix }
        return (prefix == "k" ? "K" : prefix) + "i"
    }

    /// A decimal fraction, rounded as printf rounds: exactly, ties to even.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return infinite(value) }
        let decimals = min(max(decimals, decimalsRange.lowerBound), decimalsRange.upperBound)
        let magnitude = value.magnitude
        guard magnitude < 0x1p63 else { return String(value) }
        let digits = String(roundedQuotient(magnitude, times: powerOfTen(decimals)))
        let padded =
            String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = value < 0 && padded.contains(where: { $0 != "0" }) ? "-" : ""
        guard decimals > 0 else { return sign + padded }
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    private static func infinite(_ value: Double) -> String {
        value.isNaN ? unknown : value < 0 ? "-∞" : "∞"
    }

    private static func powerOfTen(_ count: Int) -> UInt128 {
        (0..<count).reduce(1) { power, _ in power * 10 }
    }

    /// A double is a whole number times a power of two, so its product with a whole number is exact
    /// in 128 bits.
    private static func roundedQuotient(_ value: Double, times factor: UInt128) -> UInt128 {
        guard value > 0 else { return 0 }
        let exponent = Int(value.exponent) - Double.significandBitCount
        let hidden: UInt64 = value.isNormal ? 1 << 52 : 0
        let product = UInt128(value.significandBitPattern | hidden) * factor
        if exponent >= 0 { return product << UInt128(exponent) }
        let shift = -exponent
        guard shift < 127 else { return 0 }
        let quotient = product >> UInt128(shift)
        let rest = product - quotient << UInt128(shift)
        let half = UInt128(1) << UInt128(shift - 1)
        let roundsUp = rest > half || (rest == half && !quotient.isMultiple(of: 2))
        return quotient + (roundsUp ? 1 : 0)
    }
}
