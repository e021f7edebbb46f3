import Glibc
import PollerModel
import TestSupport
import Testing

/// The arithmetic of pictures beside librrd's own.
@Suite(.enabled(if: Program.find("rrdtool") != nil, "rrdtool is not installed"))
struct ExpressionTwinTests {
    private let rrdtool: String

    init() throws { rrdtool = try #require(Program.find("rrdtool")) }

    private func column(_ expression: Expression, _ twin: ExpressionTwinFixture) -> [Double] {
        expression.column(
            { twin.columns[$0] }, frame: ExpressionTwinFixture.frame, now: 0,
            zoneOffset: ExpressionTwinFixture.zoneOffset)
    }

    /// What differs, for people.
    private func differences(
        _ expressions: [Expression], _ twin: ExpressionTwinFixture
    ) async throws -> [String] {
        let exported = try await twin.export(expressions)
        var found: [String] = []
        for (expression, theirs) in zip(expressions, exported) {
            let ours = column(expression, twin)
            let text = expression.tokens.map(\.text).joined(separator: ",")
            guard ours.count == theirs.count else {
                found.append("\(text): \(ours.count) rows, rrdtool has \(theirs.count)")
                continue
            }
            guard let row = ours.indices.first(where: { !isTwin(ours[$0], theirs[$0]) }) else {
                continue
            }
            found.append("\(text): row \(row) is \(ours[row]), rrdtool says \(theirs[row])")
        }
        return found
    }

    @Test func `each operator is librrd's, over gaps, extremes and the end of summer time`()
        async throws
    {
        let twin = try await ExpressionTwinFixture(rrdtool)
        let texts = [
            "a", "a,b,+", "a,c,-", "a,b,*", "a,d,/", "b,d,%", "c,b,%", "a,d,POW", "b,0.5,POW",
            "d,d,POW", "a,c,ADDNAN", "a,SIN", "a,COS", "a,LOG", "a,EXP", "a,SQRT", "a,ATAN",
            "a,b,ATAN2", "d,d,ATAN2", "a,FLOOR", "a,CEIL", "a,DEG2RAD", "a,RAD2DEG", "a,ABS",
            "a,UN", "c,d,/,ISINF", "a,b,LT", "d,0,LE", "a,b,GT", "d,0,GE", "d,1,EQ", "d,1,NE",
            "d,a,b,IF", "a,b,MIN", "a,b,MAX", "a,c,MINNAN", "a,c,MAXNAN", "b,d,1000,LIMIT",
            "a,UNKN,+", "a,INF,MIN", "a,NEGINF,MAX", "a,INF,*", "a,TIME,+", "a,LTIME,+",
            "a,POP,LTIME,TIME,-", "a,STEPWIDTH,*", "a,COUNT,+", "a,PREV,ADDNAN",
            "a,POP,NEWDAY", "a,POP,NEWWEEK", "a,POP,NEWMONTH", "a,POP,NEWYEAR",
            "NEWDAY,0,PREV,IF,b,+", "a,DUP,*", "a,b,EXC,-", "a,b,POP", "a,b,c,d,4,SORT,+,-,*",
            "a,b,c,d,4,REV,+,-,*", "a,b,c,d,4,AVG", "a,b,c,d,4,MEDIAN", "a,b,d,3,MEDIAN",
            "a,b,c,d,4,SMIN", "a,b,c,d,4,SMAX", "a,b,c,d,4,STDEV", "a,b,c,d,95,4,PERCENT",
            "a,b,c,d,13,4,PERCENT", "a,1,TREND", "a,900,TREND", "b,901,TREND", "a,3600,TRENDNAN",
            "b,72000,TREND", "b,72001,TREND", "c,1200,TRENDNAN", "a,INF,d,3,MEDIAN",
            "a,INF,NEGINF,d,UNKN,5,SORT,+,-,*,-",
        ]
        let expressions = try texts.map {
            try Expression($0, variables: Set(ExpressionTwinFixture.names))
        }
        let found = try await differences(expressions, twin)
        #expect(found == [], "\(found.joined(separator: "\n"))")
        let tried = Set(
            expressions.flatMap(\.tokens).compactMap { token in
                if case .operation(let operation) = token { operation } else { nil }
            })
        #expect(Set(Expression.Operation.allCases).subtracting(tried) == [.now])
    }

    @Test(arguments: 1...15 as ClosedRange<UInt64>)
    func `expressions by chance come to what rrdtool exports`(seed: UInt64) async throws {
        let twin = try await ExpressionTwinFixture(rrdtool)
        var random = RandomExpression(seed: seed, names: ExpressionTwinFixture.names)
        let expressions = (0..<100).map { _ in random.drawable() }
        let found = try await differences(expressions, twin)
        #expect(found == [], "seed \(seed): \(found.joined(separator: "\n"))")
    }

    @Test func `NOW is the time of the computation`() async throws {
        let twin = try await ExpressionTwinFixture(rrdtool)
        let now = try Expression("a,POP,NOW", variables: ["a"])
        let before = Double(time(nil))
        let told = try #require(try await twin.export([now]).first?.first)
        // Eleven digits are enough for a second.
        #expect((before...Double(time(nil))).contains(told))
        let ours = now.column(
            { twin.columns[$0] }, frame: ExpressionTwinFixture.frame, now: 17,
            zoneOffset: { _ in 0 })
        #expect(Set(ours) == [17])
    }

    @Test func `whatever tokens by chance come to, librrd takes what we take`() async throws {
        let twin = try await ExpressionTwinFixture(rrdtool)
        var random = RandomExpression(seed: 42, names: ExpressionTwinFixture.names)
        var (taken, refused) = ([Expression](), 0)
        for _ in 0..<40_000 {
            guard let expression = try? Expression(random.tokens()) else {
                refused += 1
                continue
            }
            _ = expression.value { twin.columns[$0]?.first }
            let column = column(expression, twin)
            #expect(column.count == ExpressionTwinFixture.count)
            if expression.isDrawable, taken.count < 300 { taken.append(expression) }
        }
        #expect(refused > 2_000)
        #expect(taken.count == 300)
        for first in stride(from: 0, to: taken.count, by: 100) {
            let some = Array(taken[first..<first + 100])
            let found = try await differences(some, twin)
            #expect(found == [], "\(found.joined(separator: "\n"))")
        }
    }

    @Test func `librrd refuses what we say it does not draw`() async throws {
        let twin = try await ExpressionTwinFixture(rrdtool)
        for text in ["5", "TIME", "a,POP,5"] {
            let expression = try Expression(text, variables: ["a"])
            #expect(!expression.isDrawable)
            await #expect(throws: Unexpected.self, "\(text)") {
                _ = try await twin.export([expression])
            }
        }
    }

    @Test func `each statistic is what rrdtool prints`() async throws {
        let twin = try await ExpressionTwinFixture(rrdtool)
        let percentages = [0.001, 1, 25, 37.5, 50, 95, 99.9, 100]
        let statistics: [Statistic] =
            [
                .maximum, .minimum, .average, .deviation, .last, .first, .total, .slope,
                .intercept, .correlation,
            ] + percentages.flatMap { [.percentile($0), .percentileOfKnown($0)] }
        let columns = try [
            "a", "b", "d", "a,b,*", "c,0.000001,*", "a,d,/", "b,d,/", "a,0,LT,INF,a,IF",
            "d,0,LT,NEGINF,d,0,GT,INF,a,IF,IF", "COUNT,a,+", "b,POP,UNKN", "COUNT,9,EQ,b,UNKN,IF",
        ].map { try Expression($0, variables: Set(ExpressionTwinFixture.names)) }
        for expression in columns {
            let column = column(expression, twin)
            // Of nothing known, librrd reads a value from outside of its memory.
            let isKnown = column.contains { !$0.isNaN }
            let asked = statistics.filter {
                if case .percentileOfKnown = $0 { isKnown } else { true }
            }
            let printed = try await twin.summaries(asked.map { (expression, $0) })
            for (statistic, theirs) in zip(asked, printed) {
                let ours = statistic.value(of: column, frame: ExpressionTwinFixture.frame).value
                let text = expression.tokens.map(\.text).joined(separator: ",")
                let words = "\(statistic) of \(text): \(String(describing: ours)), not \(theirs)"
                #expect(isTwin(ours ?? .nan, theirs), "\(words)")
            }
        }
    }
}
