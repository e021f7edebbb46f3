/// The functions of real numbers that librrd takes from the C library.
///
/// The standard library has some of them, under a leading underscore; they become calls of the C
/// library. The others are here, to about the last digit of a double.
enum RealMath {
    static func sine(_ angle: Double) -> Double { _sin(angle) }
    static func cosine(_ angle: Double) -> Double { _cos(angle) }
    static func exponential(_ exponent: Double) -> Double { _exp(exponent) }
    static func logarithm(_ number: Double) -> Double { _log(number) }

    // MARK: Powers

    /// Powers up to this are products, so that those of whole numbers are whole.
    private static let largestProduct = 1_024.0

    /// The cases without a result of their own are those of C (`pow`, ISO C99 F.9.4.4): anything
    /// to the power of nothing is 1, also the unknown.
    static func power(_ base: Double, _ exponent: Double) -> Double {
        if exponent == 0 || base == 1 { return 1 }
        if exponent == 0.5, base > 0 { return base.squareRoot() }
        let isWhole = exponent == exponent.rounded(.towardZero)
        if base < 0, base.isFinite, !isWhole { return .nan }
        if isWhole, exponent.magnitude <= largestProduct {
            let product = product(base, Int(exponent.magnitude))
            if product.isNormal { return exponent < 0 ? 1 / product : product }
        }
        let isNegative =
            base.sign == .minus
            && exponent.truncatingRemainder(dividingBy: 2).magnitude == 1
        let size = base.magnitude == 1 ? 1 : _exp(exponent * _log(base.magnitude))
        return isNegative ? -size : size
    }

    private static func product(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (
            Twofold(high: 1, low: 0), Twofold(high: base, low: 0), exponent
        )
        while rest > 0 {
            if rest & 1 == 1 { result = result * square }
            square = square * square
            rest >>= 1
        }
        return result.high
    }

    /// A number of twice as many digits, as the sum of two.
    private struct Twofold {
        let high: Double
        let low: Double

        /// After Dekker, "A floating-point technique for extending the available precision" (1971).
        static func * (left: Twofold, right: Twofold) -> Twofold {
            let product = left.high * right.high
            let rest =
                (-product).addingProduct(left.high, right.high)
                + (left.high * right.low + left.low * right.high)
            let sum = product + rest
            return Twofold(high: sum, low: rest - (sum - product))
        }
    }

    // MARK: Arc tangents

    /// After fdlibm (Sun Microsystems, 1993; s_atan.c): the tangent is brought below 7/16 by the
    /// angle whose own tangent is nearest, and a polynomial does the rest.
    static func arcTangent(_ tangent: Double) -> Double {
        let size = tangent.magnitude
        let angle: Double
        if size < 0.4375 {
            angle = size - size * series(size)
        } else if size < 0.6875 {
            angle = turned(
                (2 * size - 1) / (2 + size), by: 4.63647609000806093515e-01,
                2.26987774529616870924e-17)
        } else if size < 1.1875 {
            angle = turned(
                (size - 1) / (size + 1), by: 7.85398163397448278999e-01, 3.06161699786838301793e-17)
        } else if size < 2.4375 {
            angle = turned(
                (size - 1.5) / (1 + 1.5 * size), by: 9.82793723247329054082e-01,
                1.39033110312309984516e-17)
        } else {
            angle = turned(-1 / size, by: 1.57079632679489655800e+00, 6.12323399573676603587e-17)
        }
        return tangent.sign == .minus ? -angle : angle
    }

    /// `rest` is the part of an angle that its double leaves out.
    private static func turned(_ tangent: Double, by angle: Double, _ rest: Double) -> Double {
        angle - ((tangent * series(tangent) - rest) - tangent)
    }

    private static let coefficients = [
        3.33333333333329318027e-01, -1.99999999998764832476e-01, 1.42857142725034663711e-01,
        -1.11111104054623557880e-01, 9.09088713343650656196e-02, -7.69187620504482999495e-02,
        6.66107313738753120669e-02, -5.83357013379057348645e-02, 4.97687799461593236017e-02,
        -3.65315727442169155270e-02, 1.62858201153657823623e-02,
    ]

    private static func series(_ tangent: Double) -> Double {
        let square = tangent * tangent
        return square * coefficients.reversed().reduce(0) { $0 * square + $1 }
    }

    /// The angle of the point (`x`, `y`), from -π to π (ISO C99 F.9.1.4).
    static func arcTangent(_ y: Double, _ x: Double) -> Double {
        if y.isNaN || x.isNaN { return .nan }
        let tangent = y.magnitude / x.magnitude
        // Two infinities make a diagonal, two zeros nothing.
        var angle = tangent.isNaN ? y == 0 ? 0 : .pi / 4 : arcTangent(tangent)
        if x.sign == .minus { angle = .pi - (angle - 1.2246467991473531772e-16) }
        return y.sign == .minus ? -angle : angle
    }
}
