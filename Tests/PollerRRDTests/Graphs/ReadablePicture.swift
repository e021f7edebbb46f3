import Foundation

@testable import PollerModel
@testable import PollerRRD

/// What somebody who reads a picture could stumble over, worked out from its script.
struct ReadablePicture {
    private let script: GraphScript

    init(_ script: GraphScript) { self.script = script }

    /// Texts of the legend that librrd cannot break, and that do not fit into so many pixels.
    func tooWide(for room: Double) -> [String] {
        guard script.hasLegend else { return [] }
        // Hinted, a character of DejaVu Sans Mono is at least as wide as this.
        let character = script.width < GraphLimits.narrowWidth ? 6.0 : 7.0
        return script.elements.compactMap { element in
            guard let text = element.legendText.map({ GraphArguments.plain($0, bytes: 180) })
            else { return nil }
            return Double(text.count) * character > room ? text : nil
        }
    }

    /// Labels of the vertical axis that stand at two lines.
    var equalValueLabels: [String] {
        guard let grid = script.axis.grid else { return [] }
        let distance = grid.step * Double(grid.labelEvery)
        let factor = pow(Double(script.base.rawValue), Double(grid.exponent / 3))
        let first = (script.axis.lower / distance).rounded(.up)
        var labels: [String] = []
        for line in stride(from: first, through: script.axis.upper / distance, by: 1) {
            labels.append(String(format: "%.\(grid.decimals)f", line * distance / factor))
        }
        return Self.repeated(labels)
    }

    /// Labels of the horizontal axis that stand at two lines.
    var equalTimeLabels: [String] {
        let axis = script.timeAxis
        let component: Calendar.Component =
            switch axis.label.unit {
            case .second: .second
            case .minute: .minute
            case .hour: .hour
            case .day: .day
            case .week: .weekOfYear
            case .month: .month
            case .year: .year
            }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let end = Date(timeIntervalSince1970: TimeInterval(script.range.end.seconds))
        let start = Date(timeIntervalSince1970: TimeInterval(script.range.start.seconds))
        guard var time = calendar.dateInterval(of: component, for: start)?.start else { return [] }
        var labels: [String] = []
        while time < end {
            if time >= start { labels.append(Self.text(time, axis.format)) }
            guard
                let next = calendar.date(byAdding: component, value: axis.label.count, to: time)
            else { break }
            time = next
        }
        // A whole year may begin and end in the same month: at its two ends nobody confuses them.
        if axis.format == "%b", labels.count > 12, labels.first == labels.last {
            labels.removeLast()
        }
        return Self.repeated(labels)
    }

    private static func text(_ time: Date, _ format: String) -> String {
        var seconds = time_t(time.timeIntervalSince1970)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var bytes = [CChar](repeating: 0, count: 64)
        let length = strftime(&bytes, bytes.count, format, &parts)
        return String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func repeated(_ labels: [String]) -> [String] {
        var seen: Set<String> = []
        return labels.filter { !seen.insert($0).inserted }
    }
}
