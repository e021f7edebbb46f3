/// A time as people and URLs write it: Unix seconds, RFC 3339, or relative to now in Grafana's
/// grammar (`now`, `now-6h`, `now-1d/d`, `now/w`; units s m h d w M y).
///
/// `/unit` rounds down to the start of the unit; as the end of a range it rounds to the start
/// of the next one, so `now-1d/d … now-1d/d` is the whole of yesterday.
/// Source: https://grafana.com/docs/grafana/latest/dashboards/use-dashboards/
package struct TimeExpression: Hashable, Sendable {
    package enum Unit: Character, Sendable, CaseIterable {
        case second = "s"
        case minute = "m"
        case hour = "h"
        case day = "d"
        case week = "w"
        case month = "M"
        case year = "y"
    }

    package enum Edge: Sendable { case start, end }

    private enum Form: Hashable, Sendable {
        case absolute(Timestamp)
        case relative(amount: Int64, unit: Unit, rounding: Unit?)
    }

    /// Offsets beyond this many units are refused: 100,000 years ago is a typing error.
    package static let largestAmount: Int64 = 1_000_000

    private let form: Form
    package let text: String

    package init(_ timestamp: Timestamp) {
        form = .absolute(timestamp)
        text = String(timestamp.seconds)
    }

    /// nil when `text` is none of the three forms.
    package init?(_ text: String) {
        self.text = text
        if text.hasPrefix("now") {
            guard let form = Self.relative(text.dropFirst(3)) else { return nil }
            self.form = form
        } else if !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) {
            guard let seconds = Int64(text), seconds <= GraphLimits.latestSeconds else {
                return nil
            }
            form = .absolute(Timestamp(seconds: seconds))
        } else {
            guard let timestamp = Timestamp(rfc3339: text) else { return nil }
            form = .absolute(timestamp)
        }
    }

    /// Whether it is another time each second: `now-6h`, but not `now-1d/d`.
    package var movesWithClock: Bool {
        if case .relative(_, _, rounding: nil) = form { true } else { false }
    }

    private static func relative(_ rest: Substring) -> Form? {
        var rest = rest
        var amount: Int64 = 0
        var unit = Unit.second
        if let sign = rest.first, sign == "-" || sign == "+" {
            rest.removeFirst()
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest.removeFirst(digits.count)
            guard let value = Int64(digits), value <= largestAmount, let letter = rest.first,
                let read = Unit(rawValue: letter)
            else { return nil }
            rest.removeFirst()
            amount = sign == "-" ? -value : value
            unit = read
        }
        guard let slash = rest.first else {
            return .relative(amount: amount, unit: unit, rounding: nil)
        }
        rest.removeFirst()
        guard slash == "/", rest.count == 1, let letter = rest.first,
            let rounding = Unit(rawValue: letter)
        else { return nil }
        return .relative(amount: amount, unit: unit, rounding: rounding)
    }

    /// The point of time this means at `now`.
    ///
    /// - Parameter zoneOffset: seconds east of UTC of the server's zone at a UTC second; days,
    ///   weeks, months and years are those of that zone, also over a change of summer time.
    package func timestamp(
        now: Timestamp, edge: Edge, zoneOffset: (Int64) -> Int64
    ) -> Timestamp {
        switch form {
        case .absolute(let timestamp):
            return timestamp
        case .relative(let amount, let unit, let rounding):
            let moved = Self.move(now, by: amount, unit, zoneOffset)
            guard let rounding else { return moved }
            let start = Self.roundDown(moved, to: rounding, zoneOffset)
            return edge == .start ? start : Self.move(start, by: 1, rounding, zoneOffset)
        }
    }

    private static func move(
        _ time: Timestamp, by amount: Int64, _ unit: Unit, _ zoneOffset: (Int64) -> Int64
    ) -> Timestamp {
        switch unit {
        case .second: return time.advanced(seconds: amount)
        case .minute: return time.advanced(seconds: amount * 60)
        case .hour: return time.advanced(seconds: amount * 3_600)
        case .day, .week:
            let days = unit == .day ? amount : amount * 7
            return inZone(time, zoneOffset) { $0.day += days }
        case .month, .year:
            return inZone(time, zoneOffset) { civil in
                let months = civil.month - 1 + (unit == .month ? amount : amount * 12)
                civil.year += months.flooredDivision(by: 12)
                civil.month = months.flooredRemainder(by: 12) + 1
                civil.day = min(civil.day, CivilTime.daysInMonth(civil.month, of: civil.year))
            }
        }
    }

    private static func roundDown(
        _ time: Timestamp, to unit: Unit, _ zoneOffset: (Int64) -> Int64
    ) -> Timestamp {
        inZone(time, zoneOffset) { civil in
            if unit == .second { return }
            civil.second = 0
            if unit == .minute { return }
            civil.minute = 0
            if unit == .hour { return }
            civil.hour = 0
            switch unit {
            case .week: civil.day -= civil.weekday
            case .month: civil.day = 1
            case .year: (civil.month, civil.day) = (1, 1)
            case .second, .minute, .hour, .day: break
            }
        }
    }

    /// Applies `change` to the local date and time. A local time that a change of summer time
    /// skips becomes the same distance after the change.
    private static func inZone(
        _ time: Timestamp, _ zoneOffset: (Int64) -> Int64, _ change: (inout CivilTime) -> Void
    ) -> Timestamp {
        let offset = zoneOffset(time.seconds)
        var civil = CivilTime(secondsSinceEpoch: time.seconds + offset)
        change(&civil)
        let local = civil.secondsSinceEpoch
        let guess = local - zoneOffset(local - offset)
        return Timestamp(seconds: local - zoneOffset(guess))
    }
}
