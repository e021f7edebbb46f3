import Foundation
import TestSupport
import Testing

@testable import PollerModel

@Suite struct ValueAxisTests {
    private func axis(
        _ data: ClosedRange<Double>?, base: GraphTemplate.Base = .si, height: Int = 200,
        isPlain: Bool = false, isWhole: Bool = false,
        _ change: (inout GraphSettings) -> Void = { _ in }
    ) -> ValueAxis {
        var settings = GraphSettings(verticalLabel: "v")
        change(&settings)
        return .fitted(
            to: data, settings, base: base, height: height, isPlain: isPlain, isWhole: isWhole)
    }

    /// What stands at the labelled lines within the limits.
    private func labels(_ axis: ValueAxis, base: GraphTemplate.Base = .si) -> [String] {
        guard let grid = axis.grid else { return [] }
        let distance = grid.step * Double(grid.labelEvery)
        let unit = pow(Double(base.rawValue), Double(grid.exponent / 3))
        let first = Int((axis.lower / distance).rounded(.up))
        let last = Int((axis.upper / distance).rounded(.down))
        guard first <= last, last - first < 1_000 else { return [] }
        return (first...last).map {
            NumberText.fixed(Double($0) * distance / unit, decimals: grid.decimals)
        }
    }

    @Test(arguments: [GraphTemplate.Base.si, .iec], [20, 60, 200, 1_000])
    func `whatever the data, all of it is shown and no label comes twice`(
        base: GraphTemplate.Base, height: Int
    ) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let middle =
                Double.random(in: -1...1, using: &generator)
                * pow(10, Double.random(in: -9...15, using: &generator))
            // Steps of less than a thousandth of the value would need more digits than a label has.
            let width = abs(middle) * Double.random(in: 0.01...2, using: &generator)
            let data = middle...middle + width
            let isPlain = Bool.random(using: &generator)
            let axis = axis(data, base: base, height: height, isPlain: isPlain)
            #expect(axis.lower <= data.lowerBound && axis.upper >= data.upperBound, "\(seed)")
            // Not so much that the data are a line at the edge.
            #expect(axis.upper - axis.lower < 4 * width, "seed \(seed): \(data)")
            let labels = labels(axis, base: base)
            #expect(Set(labels).count == labels.count, "seed \(seed): \(data): \(labels)")
            // In so few pixels a second label would not fit; librrd adds one where it does.
            #expect(
                (height < 100 ? 1...12 : 2...12).contains(labels.count),
                "seed \(seed): \(data): \(labels)")
        }
    }

    @Test func `plain numbers that six decimals do not tell apart have a prefix`() {
        let found = axis(0.000_198_13...0.000_200_38, base: .iec, isPlain: true)
        let labels = labels(found, base: .iec)
        #expect(labels.count > 2 && Set(labels).count == labels.count, "\(labels)")
    }

    @Test func `numbers at the end of what there is have a grid of few lines`() {
        for data in [-1e308...1e308, 1e299...1.7e308, -1.7e308 ... -1e299] {
            let found = axis(data)
            let lines = found.grid.map { (found.upper - found.lower) / $0.step } ?? 0
            #expect(lines > 1 && lines < 100, "\(data): \(lines)")
        }
    }

    @Test(arguments: [(1.0, 1.0), (0.99, 20.0)])
    func `a grid of one's own has at most a hundred lines`(wanted: Double, step: Double) {
        let found = axis(0...100) {
            ($0.lowerLimit, $0.upperLimit, $0.isRigid, $0.gridStep) = (0, 100, true, wanted)
        }
        #expect((found.grid?.step ?? 0) <= step && (wanted == 1) == (found.grid?.step == 1))
    }

    @Test func `limits reach so far, and data beyond them farther`() {
        let within = axis(20...30) { ($0.lowerLimit, $0.upperLimit) = (0, 100) }
        #expect(within.lower == 0 && within.upper == 100)
        let beyond = axis(-5...120) { ($0.lowerLimit, $0.upperLimit) = (0, 100) }
        #expect(beyond.lower <= -5 && beyond.upper >= 120)
        let rigid = axis(-5...120) {
            ($0.lowerLimit, $0.upperLimit, $0.isRigid) = (0, 100, true)
        }
        #expect(rigid.lower == 0 && rigid.upper == 100)
    }

    @Test(arguments: [0, 5, -5, 1e-9, -1e12] as [Double])
    func `data that never change lie inside`(value: Double) {
        let axis = axis(value...value)
        #expect(axis.lower <= value && axis.upper > value)
        #expect(value == 0 ? axis.lower == 0 : axis.lower < value)
        #expect(labels(axis).count >= 2)
    }

    @Test(
        arguments: [0...0, 0...1, 1...2, 2...2, 1...7, 0...40, 3...1_000] as [ClosedRange<Double>])
    func `between whole numbers there is no line`(data: ClosedRange<Double>) throws {
        let axis = axis(data, isPlain: true, isWhole: true) { $0.lowerLimit = 0 }
        let grid = try #require(axis.grid)
        #expect(grid.decimals == 0 && grid.step >= 1 && grid.step == grid.step.rounded())
        #expect(axis.lower == 0 && axis.upper >= data.upperBound && labels(axis).count >= 2)
    }

    @Test func `each state has a label where there is room, and none lies on the edge`() {
        let states = axis(1...6, isPlain: true, isWhole: true) {
            ($0.lowerLimit, $0.upperLimit) = (0, 7)
        }
        #expect(labels(states) == ["0", "1", "2", "3", "4", "5", "6", "7"])
        let highest = axis(2...7, isPlain: true, isWhole: true) {
            ($0.lowerLimit, $0.upperLimit) = (0, 7)
        }
        #expect(highest.upper == 8)
        let low = axis(1...6, height: 60, isPlain: true, isWhole: true) { $0.lowerLimit = 0 }
        #expect(labels(low).count <= 4)
    }

    @Test func `days of a daemon that has just started have no prefix`() {
        let days = axis(0...0.000_4, isPlain: true) { $0.lowerLimit = 0 }
        #expect(days.grid?.prefix == "" && days.grid?.exponent == 0)
        #expect(labels(days).contains("0.0002"), "\(labels(days))")
        let less = axis(0...0.000_04, isPlain: true) { $0.lowerLimit = 0 }
        #expect(less.grid?.prefix == "m")
    }

    @Test func `without data it goes to one`() {
        #expect(axis(nil).lower == 0 && axis(nil).upper >= 1)
        let limited = axis(nil) { ($0.lowerLimit, $0.upperLimit) = (0, 100) }
        #expect(limited.lower == 0 && limited.upper == 100)
    }

    @Test func `prefixes are those of the labels`() {
        #expect(axis(0...2_500_000).grid?.prefix == "M")
        #expect(axis(0...2_500_000).grid?.exponent == 6)
        #expect(axis(0...3_000_000, base: .iec).grid?.prefix == "Mi")
        #expect(axis(0...0.002).grid?.prefix == "m")
        #expect(axis(0...50_000, isPlain: true).grid?.prefix == "")
        #expect(axis(0...5_000_000, isPlain: true).grid?.prefix == "M")
        #expect(axis(0...2_500_000) { $0.unitsExponent = 3 }.grid?.exponent == 3)
    }

    @Test func `a grid that somebody asks for is drawn`() {
        let axis = axis(0...90) { ($0.gridStep, $0.gridLabelEvery) = (10, 5) }
        #expect(axis.grid?.step == 10 && axis.grid?.labelEvery == 5)
        #expect(axis.upper.truncatingRemainder(dividingBy: 10) == 0)
    }

    @Test func `lines of powers of two are where bytes are counted so`() throws {
        let grid = try #require(axis(0...5_000, base: .iec).grid)
        let distance = grid.step * Double(grid.labelEvery)
        #expect(log2(distance) == log2(distance).rounded())
    }

    @Test func `a logarithmic axis begins with the smallest that is not zero`() {
        let settings = GraphSettings(verticalLabel: "v")
        let axis = ValueAxis.logarithmic(smallest: 3, largest: 4_000, settings)
        #expect(axis.isLogarithmic && axis.lower <= 3 && axis.lower > 0 && axis.upper >= 4_000)
        let wide = ValueAxis.logarithmic(smallest: 1e-12, largest: 1e6, settings)
        #expect(wide.lower == 1e-3)
        let flat = ValueAxis.logarithmic(smallest: 7, largest: 7, settings)
        #expect(flat.lower < 7 && flat.upper > 7)
        for axis in [
            ValueAxis.logarithmic(smallest: nil, largest: nil, settings),
            .logarithmic(smallest: nil, largest: 0, settings),
            .logarithmic(smallest: nil, largest: -4, settings),
        ] { #expect(axis.lower == 1 && axis.upper == 10) }
    }
}
