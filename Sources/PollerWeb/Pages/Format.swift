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

    /// The same of a time that a report has; as it is when it is none.
    func time(rfc3339 text: String) -> String {
        Timestamp(rfc3339: text).map { time($0) } ?? text
    }

    private func civil(_ timestamp: Timestamp) -> CivilTime {
        CivilTime(secondsSinceEpoch: timestamp.seconds + zoneOffset(timestamp.seconds))
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
