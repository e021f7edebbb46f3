import Foundation

/// The numbers of a column as this test understands what the manual says of them, and as it would
/// print them. Shares nothing with what it tests.
struct PrintedNumbers {
    let known: [Double]
    let count: Int
    let rowSeconds: Int64

    init(_ values: [Double], rowSeconds: Int64) {
        known = values.filter { !$0.isNaN }
        count = values.count
        self.rowSeconds = rowSeconds
    }

    var average: Double? {
        known.isEmpty ? nil : known.reduce(0) { $0 + $1 / Double(known.count) }
    }

    var total: Double? {
        known.isEmpty ? nil : known.reduce(0) { $0 + $1 * Double(rowSeconds) }
    }

    /// Nearest rank of the known rows.
    func percentile(_ percentage: Double) -> Double? {
        guard !known.isEmpty else { return nil }
        let place = (Double(known.count - 1) * percentage / 100).rounded()
        return known.sorted()[Int(place)]
    }

    static func scaled(_ value: Double?, unit: String = "") -> String {
        guard let value else { return "–" }
        var power = 0
        while abs(value) / pow(1_000, Double(power)) >= 1_000 { power += 1 }
        if value != 0, abs(value) < 0.01 {
            while abs(value) * pow(1_000, Double(-power)) < 1 { power -= 1 }
        }
        // 999.999 k is written as 1.00 M.
        if String(format: "%.2f", abs(value) / pow(1_000, Double(power))).hasPrefix("1000") {
            power += 1
        }
        let prefixes = [-2: "µ", -1: "m", 0: "", 1: "k", 2: "M", 3: "G", 4: "T", 5: "P"]
        let suffix = (prefixes[power] ?? "?") + unit
        let number = String(format: "%.2f", value / pow(1_000, Double(power)))
        return suffix.isEmpty ? number : "\(number) \(suffix)"
    }

    static func fixed(_ value: Double?, decimals: Int) -> String {
        value.map { String(format: "%.\(decimals)f", $0) } ?? "–"
    }
}

extension String {
    /// Parts between two blanks or more.
    var cells: [String] {
        var cells: [String] = []
        for part in split(separator: "  ") {
            let cell = part.trimmingCharacters(in: .whitespaces)
            if !cell.isEmpty { cells.append(cell) }
        }
        return cells
    }
}
