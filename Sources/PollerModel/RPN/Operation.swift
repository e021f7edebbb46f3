extension Expression {
    /// An operator of librrd 1.7.2 (RRDtool manual, rrdgraph_rpn) whose work is bounded and known
    /// before it is done.
    ///
    /// Left out are COPY, INDEX, DEPTH, ROLL, PREDICT, PREDICTSIGMA, PREDICTPERC and PREV(name):
    /// what they take and give depends on values, and librrd crashes on some of them and loops for
    /// ever on others. Those that take a count are here with a written count only.
    package enum Operation: String, Hashable, Sendable, CaseIterable {
        // MARK: Arithmetic
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case remainder = "%"
        case power = "POW"
        /// The sum in which an unknown counts as nothing; unknown if both are.
        case addKnown = "ADDNAN"
        case sine = "SIN"
        case cosine = "COS"
        /// The natural logarithm.
        case logarithm = "LOG"
        case exponential = "EXP"
        case squareRoot = "SQRT"
        case arcTangent = "ATAN"
        /// Of y and x, in all four quadrants.
        case arcTangentOfTwo = "ATAN2"
        case floor = "FLOOR"
        case ceiling = "CEIL"
        case radians = "DEG2RAD"
        case degrees = "RAD2DEG"
        case absolute = "ABS"

        // MARK: Comparing
        case isUnknown = "UN"
        case isInfinite = "ISINF"
        case less = "LT"
        case lessOrEqual = "LE"
        case greater = "GT"
        case greaterOrEqual = "GE"
        case equal = "EQ"
        case notEqual = "NE"
        case choose = "IF"
        case minimum = "MIN"
        case maximum = "MAX"
        /// The smaller or larger of two, or the one that is known.
        case minimumKnown = "MINNAN"
        case maximumKnown = "MAXNAN"
        /// The first of three, unknown outside of the two others.
        case limit = "LIMIT"

        // MARK: Constants, and what a row knows of itself
        case unknown = "UNKN"
        case infinity = "INF"
        case negativeInfinity = "NEGINF"
        /// The end of the row, in seconds since the epoch.
        case time = "TIME"
        /// The same as clocks of the zone show it.
        case localTime = "LTIME"
        /// When the computation is made.
        case now = "NOW"
        /// Seconds of a row.
        case stepWidth = "STEPWIDTH"
        /// 1 for the first row, 2 for the second.
        case count = "COUNT"
        /// The expression's own result in the row before; unknown in the first.
        case previous = "PREV"
        /// Whether the row ends on another day, month or year of the zone than the one before.
        case newDay = "NEWDAY"
        /// Whether it is the first that ends on a Sunday.
        case newWeek = "NEWWEEK"
        case newMonth = "NEWMONTH"
        case newYear = "NEWYEAR"

        // MARK: The stack
        case duplicate = "DUP"
        case exchange = "EXC"
        case drop = "POP"

        // MARK: Of as many values as the number right before it says
        case sort = "SORT"
        case reverse = "REV"
        /// These leave out what is unknown.
        case mean = "AVG"
        case median = "MEDIAN"
        case smallest = "SMIN"
        case largest = "SMAX"
        case deviation = "STDEV"
        /// Takes the percentage before the count; the unknown are the smallest.
        case percentile = "PERCENT"

        // MARK: Of the last rows of a data source
        /// The mean of the seconds that the number before it says; unknown if part of it is.
        case trend = "TREND"
        /// The mean of what is known.
        case trendKnown = "TRENDNAN"
    }
}

extension Expression.Operation {
    /// What it takes from the stack and puts back.
    enum Effect: Hashable {
        case fixed(takes: Int, gives: Int)
        /// A count, as many values as it says, and `parameters` numbers between them. It puts back
        /// one value, or all when `keeps`.
        case counted(parameters: Int, keeps: Bool)
        /// A data source and a number of seconds, both written right before it.
        case trend
    }

    var effect: Effect {
        switch self {
        case .unknown, .infinity, .negativeInfinity, .time, .localTime, .now, .stepWidth, .count,
            .previous, .newDay, .newWeek, .newMonth, .newYear:
            .fixed(takes: 0, gives: 1)
        case .sine, .cosine, .logarithm, .exponential, .squareRoot, .arcTangent, .floor, .ceiling,
            .radians, .degrees, .absolute, .isUnknown, .isInfinite:
            .fixed(takes: 1, gives: 1)
        case .add, .subtract, .multiply, .divide, .remainder, .power, .addKnown, .arcTangentOfTwo,
            .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual, .minimum, .maximum,
            .minimumKnown, .maximumKnown:
            .fixed(takes: 2, gives: 1)
        case .choose, .limit: .fixed(takes: 3, gives: 1)
        case .duplicate: .fixed(takes: 1, gives: 2)
        case .exchange: .fixed(takes: 2, gives: 2)
        case .drop: .fixed(takes: 1, gives: 0)
        case .sort, .reverse: .counted(parameters: 0, keeps: true)
        case .mean, .median, .smallest, .largest, .deviation:
            .counted(parameters: 0, keeps: false)
        case .percentile: .counted(parameters: 1, keeps: false)
        case .trend, .trendKnown: .trend
        }
    }

    /// Whether it needs the time of a row or the rows beside it, so that of one sample it means
    /// nothing.
    package var needsRows: Bool {
        switch self {
        case .time, .now, .stepWidth, .count, .previous: true
        default: isOfZone || effect == .trend
        }
    }

    /// Whether it needs to know what the clocks of the zone show.
    var isOfZone: Bool {
        switch self {
        case .localTime, .newDay, .newWeek, .newMonth, .newYear: true
        default: false
        }
    }
}
