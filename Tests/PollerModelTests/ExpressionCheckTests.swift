import Testing

@testable import PollerModel

@Suite struct ExpressionCheckTests {
    private func words(_ text: String) -> String? {
        do {
            _ = try Expression(text, variables: ["a", "b"])
            return nil
        } catch {
            return error.words
        }
    }

    @Test(arguments: [
        "SORT", "REV", "AVG", "MEDIAN", "SMIN", "SMAX", "STDEV",
    ])
    func `a count is a whole number from 1 to the depth of the stack`(name: String) throws {
        let rest = name == "SORT" || name == "REV" ? ",POP" : ""
        #expect(words("a,1,\(name)") == nil)
        #expect(words("a,b,2,\(name)\(rest)") == nil)
        #expect(words("a,b,3,\(name)\(rest)")?.contains("needs 4 values, but has 3") == true)
        for count in ["0", "-1", "1.5", "65", "1e300", "b", "1,1,+"] {
            let said = try #require(words("a,b,\(count),\(name)\(rest)"))
            #expect(said.contains("written right before it: 1 to 64"), "\(count)")
        }
        #expect(words("2,\(name)")?.contains("needs 3 values, but has 1") == true)
        #expect(words(name)?.contains("written right before it") == true)
    }

    @Test func `a count may take as many values as the stack may have beside it`() {
        let depth = Expression.largestDepth
        let values = { (count: Int) in
            [String](repeating: "a", count: count).joined(separator: ",")
        }
        #expect(words("\(values(depth - 1)),\(depth - 1),AVG") == nil)
        #expect(words("\(values(depth)),\(depth),AVG")?.contains("piles up") == true)
    }

    @Test func `a percentage is a number that makes at least one value, and up to 100`() throws {
        #expect(words("a,b,25,2,PERCENT") == nil)
        #expect(words("a,b,100,2,PERCENT") == nil)
        #expect(words("a,50,1,PERCENT") == nil)
        for text in [
            "a,b,24.9,2,PERCENT", "a,b,100.1,2,PERCENT", "a,b,-1,2,PERCENT", "a,b,0,2,PERCENT",
            "a,b,b,2,PERCENT", "a,49,1,PERCENT", "2,PERCENT",
        ] {
            let said = try #require(words(text), "\(text)")
            #expect(said.contains("needs a percentage"), "\(text)")
        }
        #expect(words("a,24.9,2,PERCENT")?.contains("at least 25") == true)
        #expect(words("a,95,2,PERCENT")?.contains("needs 4 values, but has 3") == true)
    }

    @Test(arguments: ["TREND", "TRENDNAN"])
    func `a trend is of one data source over whole seconds`(name: String) throws {
        #expect(words("a,1,\(name)") == nil)
        #expect(words("a,100000000,\(name)") == nil)
        #expect(words("b,a,60,\(name),+") == nil)
        for text in ["a,0", "a,-60", "a,100000001", "a,0.5", "a,b", "a,b,+,60", "5,60", "a", "60"] {
            let said = try #require(words("\(text),\(name)"), "\(text)")
            #expect(said.contains("a data source and a number of seconds"), "\(text)")
        }
    }

    @Test(arguments: [
        "COPY", "INDEX", "DEPTH", "ROLL", "PREDICT", "PREDICTSIGMA", "PREDICTPERC", "PREV(a)",
        "SUBNAN", "ROUND",
    ])
    func `what has no bounds, or librrd does not have, is no operator`(name: String) {
        #expect(words("a,b,1,\(name)")?.contains("is no data source, number or operator") == true)
    }

    @Test(arguments: [
        ("a", true), ("a,8,*", true), ("8,a,*", true), ("a,2,POW", true), ("5", false),
        ("TIME", false), ("1,2,+", false), ("a,POP,5", false), ("5,a,POP", true),
        ("COUNT,a,POP", true),
    ])
    func `librrd draws what reads a data source and does not end with a number`(
        text: String, isDrawable: Bool
    ) throws {
        let expression = try Expression(text, variables: ["a"])
        #expect(expression.isDrawable == isDrawable)
        #expect((expression.drawingMistake == nil) == isDrawable)
    }

    @Test func `settled variables are numbers, and so is the trend of one`() throws {
        let expression = try Expression(
            "a,60,TREND,b,a,*,b,9,TRENDNAN,+,-", variables: ["a", "b"])
        let settled = expression.settling { $0 == "a" ? 7 : nil }
        #expect(settled.tokens.map(\.text).joined(separator: ",") == "7,b,7,*,b,9,TRENDNAN,+,-")
        #expect(try Expression(settled.tokens) == settled)
        let plain = expression.settling { ["a": 1, "b": 2][$0] }
        #expect(plain.tokens.map(\.text).joined(separator: ",") == "1,2,1,*,2,+,-")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `numbers are finite`(number: Double) {
        let greatest = Double.greatestFiniteMagnitude
        #expect(throws: Never.self) { try Expression([.number(greatest)]) }
        #expect(throws: Expression.Mistake.self) { try Expression([.number(number)]) }
    }

    @Test func `only what needs rows means nothing in a sample`() {
        let ofRows = Expression.Operation.allCases.filter(\.needsRows).map(\.rawValue)
        #expect(
            ofRows == [
                "TIME", "LTIME", "NOW", "STEPWIDTH", "COUNT", "PREV", "NEWDAY", "NEWWEEK",
                "NEWMONTH", "NEWYEAR", "TREND", "TRENDNAN",
            ])
    }
}
