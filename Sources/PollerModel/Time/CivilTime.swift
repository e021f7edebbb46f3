/// A date and time of day of the proleptic Gregorian calendar, without a zone.
///
/// Day arithmetic after Howard Hinnant, "chrono-compatible low-level date algorithms"
/// (https://howardhinnant.github.io/date_algorithms.html).
package struct CivilTime: Hashable, Sendable {
    package var year: Int64
    /// 1...12
    package var month: Int64
    /// 1...31
    package var day: Int64
    package var hour: Int64 = 0
    package var minute: Int64 = 0
    package var second: Int64 = 0

    package init(
        year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0,
        second: Int64 = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// What a clock at offset zero shows `seconds` after the epoch.
    package init(secondsSinceEpoch seconds: Int64) {
        let days = seconds.flooredDivision(by: 86_400)
        let rest = seconds - days * 86_400
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = rest / 3_600
        minute = rest / 60 % 60
        second = rest % 60
    }

    /// Seconds since the epoch at offset zero. Months and days beyond their range carry over.
    package var secondsSinceEpoch: Int64 {
        let carriedYear = year + (month - 1).flooredDivision(by: 12)
        let carriedMonth = (month - 1).flooredRemainder(by: 12) + 1
        let shiftedYear = carriedMonth <= 2 ? carriedYear - 1 : carriedYear
        let era = shiftedYear.flooredDivision(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = carriedMonth > 2 ? carriedMonth - 3 : carriedMonth + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// 0 is Monday.
    package var weekday: Int64 {
        (secondsSinceEpoch.flooredDivision(by: 86_400) + 3).flooredRemainder(by: 7)
    }

    package static func daysInMonth(_ month: Int64, of year: Int64) -> Int64 {
        let first = CivilTime(year: year, month: month, day: 1).secondsSinceEpoch
        let next = CivilTime(year: year, month: month + 1, day: 1).secondsSinceEpoch
        return (next - first) / 86_400
    }

    /// `2026-11-25T16:00:09`, the first part of RFC 3339.
    package var text: String {
        "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
    }

    private func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, whole seconds: `2026-11-25T16:00:09Z`.
    package var rfc3339: String { CivilTime(secondsSinceEpoch: seconds).text + "Z" }

    /// Reads RFC 3339 (`2026-11-25T16:00:09Z`, `…09.250+01:00`, a blank for the `T`); nil
    /// for anything else, also for a 30th of February.
    package init?(rfc3339 text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2),
            reader.skip("-"), let day = reader.digits(2),
            reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.digits(2), reader.skip(":"), let minute = reader.digits(2),
            reader.skip(":"), let second = reader.digits(2)
        else { return nil }
        guard (1...12).contains(month), day >= 1, day <= CivilTime.daysInMonth(month, of: year),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if reader.skip(".") {
            guard let read = reader.fraction(digits: 3) else { return nil }
            fraction = read
        }
        guard let offset = reader.zoneOffset(), reader.isAtEnd else { return nil }
        let civil = CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        milliseconds = (civil.secondsSinceEpoch - offset) * 1_000 + fraction
    }
}

/// A cursor over the ASCII of a date.
private struct DigitReader {
    private var rest: Substring

    init(_ text: some StringProtocol) { rest = Substring(text) }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digits(_ count: Int) -> Int64? {
        let head = rest.prefix(count)
        guard head.count == count, head.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return nil
        }
        rest.removeFirst(count)
        return Int64(head)
    }

    /// A fraction of a second in units of 10^-digits; further digits are cut off.
    mutating func fraction(digits wanted: Int) -> Int64? {
        let read = rest.prefix { $0.isASCII && $0.isNumber }
        guard !read.isEmpty, read.count <= 9 else { return nil }
        rest.removeFirst(read.count)
        let padded = read + String(repeating: "0", count: max(0, wanted - read.count))
        return Int64(padded.prefix(wanted))
    }

    /// Seconds east of UTC: `Z`, `+01:00`, `-05:30`.
    mutating func zoneOffset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64 = rest.first == "-" ? -1 : 1
        guard skip("+") || skip("-"), let hours = digits(2), skip(":"), let minutes = digits(2),
            hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
