/// Looks for values that come and cannot be what somebody wants to see: counters that wrap faster
/// than they are read, speeds and percents that cannot be, lines that are 0 all the time.
package struct ValueCheck: Sendable {
    /// What a graph shows of one series over its range.
    package struct Shown: Sendable, Hashable {
        package let label: String
        /// As the axis names it.
        package let unit: String
        package let minimum: Double
        package let maximum: Double
        package let knownSeconds: Int64

        package init(
            label: String, unit: String, minimum: Double, maximum: Double, knownSeconds: Int64
        ) {
            self.label = label
            self.unit = unit
            self.minimum = minimum
            self.maximum = maximum
            self.knownSeconds = knownSeconds
        }
    }

    /// So long an interface that is up is never without a single octet.
    package static let longestZeroSeconds: Int64 = 6 * 3_600
    /// So long a value that moves at all is not at its bound.
    package static let longestBoundSeconds: Int64 = 6 * 3_600
    /// Percents come rounded.
    static let percentTolerance = 0.5
    /// A 32-bit counter has so many values.
    static let turn = 4_294_967_296.0

    private let facts: SourceFacts
    private let planned: PlannedSource
    private let shown: [Shown]
    private static let percent = "percent"

    /// - Parameters:
    ///   - planned: what is asked for it, and what becomes of the answers.
    ///   - shown: what its graph shows; empty where nobody looked.
    package init(_ facts: SourceFacts, _ planned: PlannedSource, shown: [Shown] = []) {
        self.facts = facts
        self.planned = planned
        self.shown = shown
    }

    /// One of each kind at most, what makes values wrong before what makes them doubtful.
    package var warnings: [ExplainLink] {
        [wrapsFast, speedExceeded, percentAboveBound, atBound, alwaysZero]
            .compactMap { $0 }
    }

    private var step: Double { Double(planned.file.step.seconds) }

    private func link(
        _ stage: ExplainStage, _ reason: String, _ words: String, fix: String,
        _ evidence: [(String, String)]
    ) -> ExplainLink {
        ExplainLink(
            stage, .warning, words, reason: reason, fix: fix,
            evidence: evidence.map { .init($0.0, $0.1) })
    }

    private func item(_ name: String) -> SourceStatus.Item? {
        facts.status?.items.first { $0.name == name }
    }

    private func rate(of item: PlannedItem) -> Double? {
        if case .success(let rate)? = self.item(item.name)?.shown { rate } else { nil }
    }

    private func raw(_ name: String) -> [(String, String)] {
        item(name)?.raw.map { [("raw value", "\($0)")] } ?? []
    }

    /// A counter that turns within a step shows a small part of what passed.
    private var wrapsFast: ExplainLink? {
        guard facts.source.width == .narrow else { return nil }
        for item in planned.items where item.kind == .counter {
            let rate = rate(of: item)
            // Above half a turn a step, a second turn is not far.
            let isBusy = rate.map { $0 * step > Self.turn / 2 } ?? false
            let limit = item.limitPerSecond
            let canTurn = limit.map { $0 * step >= Self.turn } ?? false
            guard canTurn || isBusy, let fastest = canTurn ? limit : rate else { continue }
            let seconds = Int64(Self.turn / fastest)
            return link(
                .converted, "counter_wraps_fast",
                "the 32-bit counter of \(item.name) can turn in \(DurationText.words(max(1, seconds))), "
                    + "and is read every \(planned.file.step.seconds) s: what is shown may be too low",
                fix:
                    "poll it more often than every \(max(1, seconds)) s; or let it be counted with 64 "
                    + "bits: delete the graph's device and add it again with SNMP 2c or 3, where it "
                    + "has ifXTable",
                [
                    ("step", "\(planned.file.step.seconds) s"),
                    (canTurn ? "largest rate" : "rate", "\(fastest.rounded().plainText) a second"),
                    ("a turn takes", "\(max(1, seconds)) s"),
                ] + raw(item.name))
        }
        return nil
    }

    /// Believed after two samples, because it is the speed that is wrong.
    private var speedExceeded: ExplainLink? {
        for item in planned.items {
            guard let limit = item.limitPerSecond, let rate = rate(of: item),
                rate > limit * SampleDecoder.limitTolerance
            else { continue }
            return link(
                .bounded, "speed_exceeded",
                "\(item.name) is above what the device says its speed is: that speed is wrong",
                fix:
                    "set the interface's speed (bandwidth) on the device, and read its tables again: "
                    + "pollerctl device reindex \(facts.device.name)",
                [
                    ("rate", "\(rate.rounded().plainText) a second"),
                    ("largest by its speed", "\(limit.rounded().plainText) a second"),
                ] + raw(item.name))
        }
        return nil
    }

    private var percentAboveBound: ExplainLink? {
        guard
            let one = shown.first(where: {
                $0.unit == Self.percent && $0.maximum > 100 + Self.percentTolerance
            })
        else { return nil }
        return link(
            .bounded, "percent_above_bound",
            "\(one.label) reaches \(NumberText.fixed(one.maximum, decimals: 1)) percent",
            fix: "if 100 is all there can be, the device answers in another unit: see "
                + "pollerctl data-source last \(facts.source.id), and give the template a scale or a "
                + "maximum (pollerctl template clone)",
            [("largest", NumberText.fixed(one.maximum, decimals: 2)), ("bound", "100")])
    }

    /// Percents rest at 100 for good reasons; other values do not rest at what cannot be passed.
    private var atBound: ExplainLink? {
        for item in planned.items where item.kind == .gauge {
            guard let bound = item.gauge.maximum, rate(of: item) == bound,
                let one = shown.first(where: {
                    $0.unit != Self.percent && $0.minimum == bound && $0.maximum == bound
                        && $0.knownSeconds >= Self.longestBoundSeconds
                })
            else { continue }
            return link(
                .bounded, "value_at_bound",
                "\(one.label) has been at its bound of \(bound.plainText) for "
                    + DurationText.words(one.knownSeconds),
                fix: "look at what the device answers (pollerctl device walk \(facts.device.name) "
                    + "OID); if more is possible, raise the bound in a template of your own "
                    + "(pollerctl template clone)",
                [("value", bound.plainText), ("known", DurationText.words(one.knownSeconds))])
        }
        return nil
    }

    private var alwaysZero: ExplainLink? {
        let carries = planned.items.contains { $0.limitPerSecond != nil }
        guard carries, facts.row?.fields["ifOperStatus"]?.integer == 1,
            let known = shown.map(\.knownSeconds).min(), known >= Self.longestZeroSeconds,
            shown.allSatisfy({ $0.minimum == 0 && $0.maximum == 0 })
        else { return nil }
        let counters = planned.items.flatMap { item in
            raw(item.name).map { (item.name, $0.1) }
        }
        return link(
            .converted, "always_zero",
            "the interface was up when its table was read, and has carried nothing for "
                + DurationText.words(known),
            fix: "compare with the device's own counters (pollerctl device walk "
                + "\(facts.device.name) OID); if these move, report make and model, and if it is "
                + "down by now: pollerctl device reindex \(facts.device.name)",
            [("known", DurationText.words(known))] + counters)
    }
}
