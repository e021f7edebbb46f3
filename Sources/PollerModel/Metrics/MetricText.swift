/// Metrics as text.
package enum MetricText {
    package enum Format: Sendable, Hashable, CaseIterable {
        /// OpenMetrics 1.0 (https://openmetrics.io).
        case openMetrics
        /// Prometheus' own of before, which its tools and most others read
        /// (https://prometheus.io/docs/instrumenting/exposition_formats).
        case prometheus

        package var contentType: String {
            switch self {
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            }
        }
    }

    package static func text(_ families: [MetricFamily], _ format: Format) -> String {
        var text = ""
        for family in families { write(family, format, to: &text) }
        if format == .openMetrics { text += "# EOF\n" }
        return text
    }

    private static func write(
        _ family: MetricFamily, _ format: Format, to text: inout String
    ) {
        // Of a counter the older format names what its samples are called.
        let total = family.kind == .counter ? "\(family.name)_total" : family.name
        let name = format == .prometheus ? total : family.name
        text += "# HELP \(name) \(help(family.help, format))\n"
        text += "# TYPE \(name) \(family.kind.rawValue)\n"
        if format == .openMetrics, let unit = family.unit { text += "# UNIT \(name) \(unit)\n" }
        for sample in family.samples {
            switch sample.value {
            case .number(let number):
                text += "\(total)\(labels(sample.labels)) \(self.number(number))\n"
            case .durations(let histogram):
                for (bound, count) in histogram.cumulative {
                    let labels = labels(sample.labels + [.init("le", boundText(bound))])
                    text += "\(family.name)_bucket\(labels) \(count)\n"
                }
                let labels = labels(sample.labels)
                text += "\(family.name)_sum\(labels) \(self.number(histogram.sumSeconds))\n"
                text += "\(family.name)_count\(labels) \(histogram.count)\n"
            }
        }
    }

    private static func labels(_ labels: [MetricFamily.Label]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{"
            + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
            .joined(separator: ",") + "}"
    }

    private static func help(_ help: String, _ format: Format) -> String {
        escaped(help, quotes: format == .openMetrics)
    }

    /// A line of its own, or the end of a label's value, is nothing that a value can make.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func boundText(_ bound: Double) -> String {
        // OpenMetrics wants bounds as numbers with a point.
        bound == .infinity ? "+Inf" : "\(bound)"
    }

    private static func number(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        // Beyond 2^53 not every whole number is one of these.
        return number == number.rounded() && number.magnitude < 0x1p53
            ? String(Int64(number)) : "\(number)"
    }
}
