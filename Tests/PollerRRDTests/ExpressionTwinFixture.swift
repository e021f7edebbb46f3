import Glibc
import PollerModel
import TestSupport

/// A file of librrd whose rows are known to the last bit, and what the real rrdtool computes of it.
struct ExpressionTwinFixture {
    static let step: Int64 = 300
    static let count = 240
    static let names = ["a", "b", "c", "d"]
    /// The end of summer time in Berlin: Sunday, 2023-10-29, 01:00 UTC.
    static let summerEnd: Int64 = 1_698_541_200
    static let start = summerEnd - 100 * step
    static let zone = "Europe/Berlin"
    static let frame = ColumnFrame(start: start, stepSeconds: step, count: count)

    let rrdtool: String
    let columns: [String: [Double]]
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/twin.rrd" }

    /// How far Berlin is ahead of UTC, around the end of summer time.
    static func zoneOffset(_ time: Int64) -> Int64 { time < summerEnd ? 7_200 : 3_600 }

    init(_ rrdtool: String) async throws {
        self.rrdtool = rrdtool
        folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 20_231_029)
        var columns: [String: [Double]] = [:]
        for name in Self.names {
            columns[name] = (0..<Self.count).map { Self.number(name, row: $0, &generator) }
        }
        self.columns = columns
        let shape = Self.names.map { "DS:\($0):GAUGE:\(Self.step):U:U" } + ["RRA:AVERAGE:0.5:1:400"]
        try await run(
            ["create", path, "--start", "\(Self.start)", "--step", "\(Self.step)"] + shape)
        let rows = (0..<Self.count).map { row in
            let values = Self.names.map { name -> String in
                let value = columns[name]?[row] ?? .nan
                return value.isNaN ? "U" : "\(value)"
            }
            return "\(Self.frame.time(ofRow: row)):" + values.joined(separator: ":")
        }
        try await run(["update", path] + rows)
    }

    /// Few bits and digits each, so that librrd reads them exactly, and its multiplying and dividing
    /// by the step leaves them as they are.
    private static func number(
        _ name: String, row: Int, _ generator: inout SeededGenerator
    ) -> Double {
        let whole = Double(Int.random(in: -4_000...4_000, using: &generator))
        switch name {
        // With single gaps and a long one.
        case "a":
            let isGap = (90..<110).contains(row) || Int.random(in: 0..<10, using: &generator) == 0
            return isGap ? .nan : whole / 8
        case "b": return whole.magnitude + 1
        case "c":
            let power = Double(Int.random(in: -10...40, using: &generator))
            return row.isMultiple(of: 7) ? .nan : whole * exp2(power)
        default: return Double(Int.random(in: -3...3, using: &generator))
        }
    }

    @discardableResult private func run(_ arguments: [String]) async throws -> String {
        let result = try await Program.run(
            rrdtool, arguments, environment: ["TZ": Self.zone, "LC_ALL": "C"])
        guard result.status == 0 else {
            throw Unexpected("\(result.errors)\n\(arguments.suffix(40).joined(separator: "\n"))")
        }
        return result.output
    }

    private var reads: [String] { Self.names.map { "DEF:\($0)=\(path):\($0):AVERAGE" } }
    private var times: [String] {
        ["--start", "\(Self.start)", "--end", "\(Self.frame.end - 1)", "--step", "\(Self.step)"]
    }

    /// The columns that rrdtool makes of many expressions at once.
    func export(_ expressions: [Expression]) async throws -> [[Double]] {
        let texts = expressions.map { $0.tokens.map(\.text).joined(separator: ",") }
        let output = try await run(
            ["xport", "--maxrows", "1000"] + times + reads
                + texts.enumerated().map { "CDEF:x\($0)=\($1)" }
                + texts.indices.map { "XPORT:x\($0)" })
        var columns = [[Double]](repeating: [], count: texts.count)
        for line in output.split(separator: "\n") where line.contains("<row>") {
            let values = line.split(separator: "<v>").dropFirst()
            guard values.count == texts.count else { throw Unexpected("\(line)") }
            for (column, value) in values.enumerated() {
                columns[column].append(Double(value.prefix { $0 != "<" }) ?? .nan)
            }
        }
        return columns
    }

    /// What rrdtool prints of the statistics of expressions.
    func summaries(_ asked: [(of: Expression, by: Statistic)]) async throws -> [Double] {
        var arguments =
            ["graph", "/dev/null", "--width", "1000"] + times + reads
        for (position, one) in asked.enumerated() {
            let text = one.of.tokens.map(\.text).joined(separator: ",")
            arguments += [
                "CDEF:x\(position)=\(text)", "VDEF:v\(position)=x\(position),\(one.by.rpnText)",
                "PRINT:v\(position):%.10le",
            ]
        }
        // The first line is the size of the picture.
        let lines = try await run(arguments).split(separator: "\n").dropFirst()
        guard lines.count == asked.count else { throw Unexpected("\(lines)") }
        return lines.map { Double($0.trimmed) ?? .nan }
    }
}

/// Whether `ours` is what rrdtool printed with eleven digits; NaN is NaN.
func isTwin(_ ours: Double, _ printed: Double) -> Bool {
    if ours.isNaN || printed.isNaN { return ours.isNaN && printed.isNaN }
    return ours == printed || abs(ours - printed) <= 1e-9 * max(abs(ours), abs(printed))
}
