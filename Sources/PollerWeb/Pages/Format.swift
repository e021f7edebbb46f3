import Foundation
import PollerModel

/// Numbers and times as people read them.
struct Format {
    private let zoneOffset: @Sendable (Int64) -> Int64
    private let now: Timestamp

    init(_ services: WebServices) {
        zoneOffset = services.zoneOffset
        now = services.now
    }

    /// Time of day for today, with the date otherwise; the server's zone.
    func time(_ timestamp: Timestamp) -> String {
        let local = civil(timestamp)
        let today = civil(now)
        let text = local.text.replacing("T", with: " ")
        let isToday = (local.year, local.month, local.day) == (today.year, today.month, today.day)
        return isToday ? String(text.suffix(8)) : String(text.dropLast(3))
    }

    private func civil(_ timestamp: Timestamp) -> CivilTime {
        CivilTime(secondsSinceEpoch: timestamp.seconds + zoneOffset(timestamp.seconds))
    }

    /// “3 d 4 h”: the two largest units.
    static func duration(_ seconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")]
        guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0 s" }
        var text = "\(seconds / units[first].0) \(units[first].1)"
        if first + 1 < units.count {
            let rest = seconds % units[first].0 / units[first + 1].0
            if rest > 0 { text += " \(rest) \(units[first + 1].1)" }
        }
        return text
    }

    /// Three to four digits and an SI prefix: “12.3 M”.
    static func number(_ value: Double) -> String {
        let prefixes = ["", " k", " M", " G", " T", " P", " E"]
        var scaled = abs(value)
        var step = 0
        while scaled >= 999.5, step < prefixes.count - 1 {
            scaled /= 1_000
            step += 1
        }
        let digits =
            scaled >= 99.5 || (step == 0 && scaled == scaled.rounded()) ? 0 : scaled >= 9.95 ? 1 : 2
        return String(format: "%@%.\(digits)f", value < 0 ? "-" : "", scaled) + prefixes[step]
    }
}
