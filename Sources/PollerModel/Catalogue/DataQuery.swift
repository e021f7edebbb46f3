/// How the rows of a table are found and recognised: which column lists them, what is known of
/// each, and which of these fields identify a row when its index changes.
package struct DataQuery: Hashable, Sendable {
    package let name: String
    package let title: String
    /// Where the knowledge comes from: an RFC, a MIB or a URL.
    package let source: String
    /// A column that every row has; its instances are the rows' indexes.
    package let index: OID
    package let fields: [Field]
    /// Names of fields, best first: the first that is unique over all rows identifies them.
    package let identity: [String]
    /// Objects whose change means that the rows may have changed.
    package let watches: [OID]
    /// Fields and the values that make a row worth a graph without being asked; all must match.
    package let graphWhen: [FieldCondition]
    /// Fields and values that keep a row from being graphed by itself; one is enough.
    package let graphUnless: [FieldCondition]
    package let speed: SpeedRule?
    package let rowLimit: Int

    package struct Field: Hashable, Sendable {
        package enum Kind: String, Sendable, CaseIterable {
            case text, integer, mac, oid
        }
        package let name: String
        package let column: OID
        package let kind: Kind

        package init(name: String, column: OID, kind: Kind) {
            self.name = name
            self.column = column
            self.kind = kind
        }
    }

    package struct FieldCondition: Hashable, Sendable {
        package let field: String
        package let values: [String]

        package init(field: String, values: [String]) {
            self.field = field
            self.values = values
        }
    }

    /// Which fields tell the speed of an interface, and for which rows the answer means nothing
    /// (a loopback interface reports 10 Mbit/s and carries gigabits).
    package struct SpeedRule: Hashable, Sendable {
        /// In millions of bits per second (ifHighSpeed).
        package let high: String
        /// In bits per second, 2³²−1 when it does not fit (ifSpeed).
        package let low: String
        package let except: [FieldCondition]

        package init(high: String, low: String, except: [FieldCondition]) {
            self.high = high
            self.low = low
            self.except = except
        }
    }

    package init(
        name: String, title: String, source: String, index: OID, fields: [Field],
        identity: [String], watches: [OID], graphWhen: [FieldCondition] = [],
        graphUnless: [FieldCondition] = [], speed: SpeedRule? = nil, rowLimit: Int
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.index = index
        self.fields = fields
        self.identity = identity
        self.watches = watches
        self.graphWhen = graphWhen
        self.graphUnless = graphUnless
        self.speed = speed
        self.rowLimit = rowLimit
    }
}

extension DataQuery {
    /// Whether a row is graphed without being asked for.
    package func isGraphedByDefault(_ fields: RowFields) -> Bool {
        graphWhen.allSatisfy { $0.holds(for: fields) }
            && !graphUnless.contains { $0.holds(for: fields) }
    }

    /// The row's speed in bits per second; nil when it is unknown or means nothing.
    ///
    /// ifHighSpeed counts above 2³²−1; below, ifSpeed is the finer of the two (RFC 2863,
    /// ifHighSpeed).
    package func speedBitsPerSecond(of fields: RowFields) -> UInt64? {
        guard let speed, !speed.except.contains(where: { $0.holds(for: fields) }) else {
            return nil
        }
        let ceiling = Int64(UInt32.max)
        let low = fields[speed.low]?.integer ?? 0
        let (high, overflow) = (fields[speed.high]?.integer ?? 0)
            .multipliedReportingOverflow(by: 1_000_000)
        let best: Int64 =
            if overflow {
                0
            } else if high > ceiling {
                high
            } else if (1..<ceiling).contains(low) {
                low
            } else {
                high
            }
        return best > 0 ? UInt64(best) : nil
    }
}

extension DataQuery.FieldCondition {
    package func holds(for fields: RowFields) -> Bool {
        fields[field].map { values.contains($0.text) } ?? false
    }
}
