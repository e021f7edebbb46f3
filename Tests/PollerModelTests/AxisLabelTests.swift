import Testing

@testable import PollerModel

@Suite struct AxisLabelTests {
    private func axis(
        _ data: ClosedRange<Double>, exponent: Int? = nil, isPlain: Bool = false,
        base: GraphTemplate.Base = .si, height: Int = 200
    ) -> ValueAxis {
        var settings = GraphSettings(verticalLabel: "v")
        settings.unitsExponent = exponent
        return .fitted(to: data, settings, base: base, height: height, isPlain: isPlain)
    }

    /// What stands at the axis' lines.
    private func labels(_ axis: ValueAxis) throws -> [String] {
        let grid = try #require(axis.grid)
        var factor = 1.0
        for _ in 0..<abs(grid.exponent / 3) { factor *= 1_000 }
        let unit = grid.exponent < 0 ? 1 / factor : factor
        let distance = grid.step * Double(grid.labelEvery)
        let first = (axis.lower / distance).rounded(.up)
        return stride(from: first, through: axis.upper / distance, by: 1).map {
            NumberText.fixed($0 * distance / unit, decimals: grid.decimals)
        }
    }

    @Test(
        arguments: [
            1e9...1e9 + 1, 33.1...33.2, 0.010_000_1...0.010_000_2, -1e12 ... -1e12 + 1, 5...5,
            999_999...1_000_001, 1e-18...2e-18,
        ] as [ClosedRange<Double>], [true, false])
    func `no two lines have the same label, however little the data differ`(
        data: ClosedRange<Double>, isPlain: Bool
    ) throws {
        let axis = axis(data, isPlain: isPlain)
        let labels = try labels(axis)
        #expect(labels.count >= 2 && Set(labels).count == labels.count, "\(labels)")
        #expect(axis.lower <= data.lowerBound && axis.upper >= data.upperBound)
    }

    @Test func `an exponent that would make all labels zero, or too long, is not taken`() throws {
        #expect(axis(0...100, exponent: 3).grid?.exponent == 3)
        #expect(axis(0...100, exponent: 18).grid?.exponent == 0)
        #expect(axis(0...100, exponent: -3).grid?.exponent == -3)
        #expect(axis(0...100, exponent: -9).grid?.exponent == 0)
    }
}
