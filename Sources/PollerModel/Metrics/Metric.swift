/// Numbers of the daemon's own under one name, as monitoring systems read them.
package struct MetricFamily: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// It only grows while the daemon runs. Its samples are named with `_total`.
        case counter
        case gauge
        case histogram
    }

    package struct Label: Sendable, Hashable {
        /// Letters, digits and `_`, beginning with a letter.
        package let name: String
        /// Any text; the formats escape it.
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package enum Value: Sendable, Hashable {
        case number(Double)
        case durations(DurationHistogram)
    }

    package struct Sample: Sendable, Hashable {
        package let labels: [Label]
        package let value: Value

        package init(_ labels: [Label], _ value: Value) {
            self.labels = labels
            self.value = value
        }
    }

    /// Without the `_total` of a counter; the unit, where there is one, is its end.
    package let name: String
    package let kind: Kind
    /// A base unit in the plural: `seconds`, `bytes`. nil: what is counted is in the name.
    package let unit: String?
    /// A sentence with its full stop.
    package let help: String
    package let samples: [Sample]

    /// Samples of one family; what a caller has more of is not shown.
    package static let mostSamples = 200

    package init(
        _ name: String, _ kind: Kind, unit: String? = nil, _ help: String, samples: [Sample]
    ) {
        precondition(unit.map { name.hasSuffix("_\($0)") } ?? true, "\(name) ends in its unit")
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.samples = Array(samples.prefix(Self.mostSamples))
    }
}

extension MetricFamily {
    static func counter(
        _ name: String, unit: String? = nil, _ value: Double, _ help: String
    ) -> MetricFamily {
        MetricFamily(name, .counter, unit: unit, help, samples: [Sample([], .number(value))])
    }

    static func counter(_ name: String, unit: String? = nil, _ value: Int, _ help: String)
        -> MetricFamily
    {
        counter(name, unit: unit, Double(value), help)
    }

    static func gauge(
        _ name: String, unit: String? = nil, _ value: Double, _ help: String
    ) -> MetricFamily {
        MetricFamily(name, .gauge, unit: unit, help, samples: [Sample([], .number(value))])
    }

    static func gauge(_ name: String, unit: String? = nil, _ value: Int, _ help: String)
        -> MetricFamily
    {
        gauge(name, unit: unit, Double(value), help)
    }

    /// A sample for each value of one label.
    static func labelled(
        _ name: String, _ kind: Kind, unit: String? = nil, by label: String,
        _ values: [(String, Int)], _ help: String
    ) -> MetricFamily {
        MetricFamily(
            name, kind, unit: unit, help,
            samples: values.map { Sample([Label(label, $0)], .number(Double($1))) })
    }
}
