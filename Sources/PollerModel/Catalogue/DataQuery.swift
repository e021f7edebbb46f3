/// How the rows of a table are found and recognised: which column lists them, what is known of
/// each, and which of these fields identify a row when its index changes.
package struct DataQuery: Hashable, Sendable {
    /// How often a table is read again that has nothing to watch, unless its file says otherwise.
    package static let defaultRereadMinutes = 360

    package let name: String
    package let title: String
    /// Where the knowledge comes from: an RFC, a MIB or a URL.
    package let source: String
    /// A column that every row has; its instances are the rows' indexes.
    package let index: OID
    package let fields: [RowField]
    /// Names of fields, one or several together, best first: the first that is filled and unique
    /// over all rows identifies them (`RowMatcher`).
    package let identity: [[String]]
    /// Objects whose change means that the rows may have changed.
    package var watches: [OID] = []
    /// The table is read again after so many minutes without a sign of a change; 0: never.
    package var rereadMinutes = DataQuery.defaultRereadMinutes
    /// Which rows count at all.
    package var rows = RowFilter()
    /// Which rows are worth a graph without being asked for.
    package var graphed = RowFilter()
    package var speed: SpeedRule?
    /// The field that tells when a row's counters began anew (ifCounterDiscontinuityTime).
    package var discontinuity: String?
    package var rowLimit = SNMPWalkRequest.defaultRowLimit

    /// Rows for which `when` holds, if there is one, and `unless` does not.
    package struct RowFilter: Hashable, Sendable {
        package var when: RowCondition?
        package var unless: RowCondition?

        package init(when: RowCondition? = nil, unless: RowCondition? = nil) {
            self.when = when
            self.unless = unless
        }

        package func keeps(_ fields: RowFields) -> Bool {
            when?.holds(for: fields) ?? true && !(unless?.holds(for: fields) ?? false)
        }

        /// Names of the fields that decide.
        package var fields: Set<String> {
            (when?.fields ?? []).union(unless?.fields ?? [])
        }
    }

    /// Which fields tell the speed of an interface, and for which rows the answer means nothing
    /// (a loopback interface reports 10 Mbit/s and carries gigabits).
    package struct SpeedRule: Hashable, Sendable {
        /// In millions of bits per second (ifHighSpeed).
        package let high: String
        /// In bits per second, 2³²−1 when it does not fit (ifSpeed).
        package let low: String
        package let except: RowCondition?

        package init(high: String, low: String, except: RowCondition?) {
            self.high = high
            self.low = low
            self.except = except
        }
    }

    package init(
        name: String, title: String, source: String, index: OID, fields: [RowField],
        identity: [[String]]
    ) {
        self.name = name
        self.title = title
        self.source = source
        self.index = index
        self.fields = fields
        self.identity = identity
    }
}

extension DataQuery {
    /// Whether a row is graphed without being asked for.
    package func isGraphedByDefault(_ fields: RowFields) -> Bool { graphed.keeps(fields) }

    /// The row's speed in bits per second; nil when it is unknown or means nothing.
    ///
    /// ifHighSpeed counts above 2³²−1; below, ifSpeed is the finer of the two (RFC 2863,
    /// ifHighSpeed).
    package func speedBitsPerSecond(of fields: RowFields) -> UInt64? {
        guard let speed, !(speed.except?.holds(for: fields) ?? false) else { return nil }
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

    /// Fields that were read by an older catalogue, their texts rewritten as they are now.
    package func rewritten(_ fields: RowFields) -> RowFields {
        self.fields.reduce(into: fields) { fields, field in
            guard !field.rewrites.isEmpty, let value = fields[field.name] else { return }
            fields[field.name] = field.rewritten(value)
        }
    }

    /// What of a row's fields is kept.
    package func kept(_ fields: RowFields) -> RowFields {
        let passing = Set(self.fields.filter { !$0.isKept }.map(\.name))
        return passing.isEmpty ? fields : fields.filter { !passing.contains($0.key) }
    }
}
