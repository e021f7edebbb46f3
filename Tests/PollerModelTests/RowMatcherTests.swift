import Testing

@testable import PollerModel

@Suite struct RowMatcherTests {
    private static let identity = [
        ["ifName"], ["ifDescr"], ["ifDescr", "ifAlias"], ["ifPhysAddress"],
    ]

    private func known(_ id: Int64, index: UInt32, _ fields: [String: String]) -> QueryRow {
        QueryRow(
            id: QueryRowID(id), device: DeviceID(1), query: "interfaces", index: [index],
            fields: fields.mapValues { .text(DeviceText($0)) }, isPresent: true)
    }

    private func gone(
        _ id: Int64, index: UInt32, since seconds: Int64?, _ fields: [String: String]
    ) -> QueryRow {
        var row = known(id, index: index, fields)
        row.isPresent = false
        row.absentSince = seconds.map { Timestamp(seconds: $0) }
        return row
    }

    private func found(index: UInt32, _ fields: [String: String]) -> DiscoveredTable.Row {
        .init(index: [index], fields: fields.mapValues { .text(DeviceText($0)) }, widths: [:])
    }

    private func port(_ name: String, _ descr: String, mac: String = "") -> [String: String] {
        ["ifName": name, "ifDescr": descr, "ifPhysAddress": mac]
    }

    // MARK: The table as a whole

    @Test func `renumbering moves the index, not the identity`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, ["ifName": "ge-0"]), known(2, index: 2, ["ifName": "ge-1"]),
            ],
            found: [found(index: 1, ["ifName": "ge-1"]), found(index: 9, ["ifName": "ge-0"])],
            identity: [["ifName"]])
        #expect(outcome.positions == [QueryRowID(1): 1, QueryRowID(2): 0])
        #expect(outcome.candidate == ["ifName"])
        #expect(outcome.reasons == [QueryRowID(1): "ifName", QueryRowID(2): "ifName"])
        #expect(outcome.missing.isEmpty && outcome.added.isEmpty && outcome.doubts.isEmpty)
    }

    @Test func `a field that is not unique, or empty, does not recognise the table`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, ["ifName": "x", "ifAlias": "", "ifDescr": "a"]),
                known(2, index: 2, ["ifName": "x", "ifAlias": "b", "ifDescr": "b"]),
            ],
            found: [
                found(index: 1, ["ifName": "x", "ifAlias": "", "ifDescr": "b"]),
                found(index: 2, ["ifName": "y", "ifAlias": "b", "ifDescr": "a"]),
            ], identity: [["ifName"], ["ifAlias"], ["ifDescr"]])
        #expect(outcome.candidate == ["ifDescr"])
        #expect(outcome.positions == [QueryRowID(1): 1, QueryRowID(2): 0])
    }

    @Test func `fields that are not unique alone may be so together`() {
        let rows = [("a", "1"), ("a", "2"), ("b", "1")]
        let fields = { (row: (String, String)) in ["ifDescr": row.0, "ifAlias": row.1] }
        let outcome = RowMatcher.match(
            known: rows.enumerated().map {
                known(Int64($0 + 1), index: UInt32($0 + 1), fields($1))
            },
            found: rows.reversed().enumerated().map { found(index: UInt32($0 + 1), fields($1)) },
            identity: Self.identity)
        #expect(outcome.candidate == ["ifDescr", "ifAlias"])
        #expect(outcome.positions == [QueryRowID(1): 2, QueryRowID(2): 1, QueryRowID(3): 0])
        #expect(outcome.reasons[QueryRowID(1)] == "ifDescr and ifAlias")
    }

    @Test func `a new card with the old names goes on with their history`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, port("ge-0", "d0", mac: "m0")),
                known(2, index: 2, port("ge-1", "d1", mac: "m1")),
            ],
            found: [
                found(index: 11, port("ge-0", "d0", mac: "n0")),
                found(index: 12, port("ge-1", "d1", mac: "n1")),
            ], identity: Self.identity)
        #expect(outcome.positions == [QueryRowID(1): 0, QueryRowID(2): 1])
        #expect(Set(outcome.reasons.values) == ["ifName"])
    }

    @Test func `cards that change places leave the history with the names`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, port("ge-0", "same", mac: "m0")),
                known(2, index: 2, port("ge-1", "same", mac: "m1")),
            ],
            found: [
                found(index: 1, port("ge-0", "same", mac: "m1")),
                found(index: 2, port("ge-1", "same", mac: "m0")),
            ], identity: Self.identity)
        #expect(outcome.positions == [QueryRowID(1): 0, QueryRowID(2): 1])
    }

    // MARK: Renamed rows

    @Test func `a row that is only renamed is the same row, by the next field`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, port("ge-0", "d0", mac: "m0")),
                known(2, index: 2, port("ge-1", "d1", mac: "m1")),
            ],
            found: [
                found(index: 1, port("wan", "d0", mac: "m0")),
                found(index: 2, port("ge-1", "d1", mac: "m1")),
            ], identity: Self.identity)
        #expect(outcome.candidate == ["ifName"])
        #expect(outcome.positions == [QueryRowID(1): 0, QueryRowID(2): 1])
        #expect(outcome.reasons == [QueryRowID(1): "ifDescr", QueryRowID(2): "ifName"])
    }

    @Test(arguments: [
        (UInt32(5), "wan", "d0", "m0"), (1, "wan", "dx", "m0"), (1, "wan", "d0", "mx"),
        (1, "wan", "dx", "mx"),
    ])
    func `another name is another row when anything else changed too`(
        index: UInt32, name: String, descr: String, mac: String
    ) {
        let outcome = RowMatcher.match(
            known: [known(1, index: 1, port("ge-0", "d0", mac: "m0"))],
            found: [found(index: index, port(name, descr, mac: mac))], identity: Self.identity)
        #expect(outcome.positions.isEmpty && outcome.added == [0])
        #expect(outcome.missing == [QueryRowID(1)])
        #expect(outcome.doubts[QueryRowID(1)]?.contains("“ge-0”") == (index == 1 ? true : nil))
    }

    @Test func `a renamed row needs something of its own that stayed`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, port("ge-0", "port")), known(2, index: 2, port("ge-1", "port")),
            ],
            found: [
                found(index: 1, port("wan", "port")), found(index: 2, port("ge-1", "port")),
            ], identity: Self.identity)
        #expect(outcome.positions == [QueryRowID(2): 1])
        #expect(outcome.added == [0])
    }

    // MARK: Row by row

    @Test func `rows that are unique are recognised though others are not`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, port("eth", "x")), known(2, index: 2, port("eth", "x")),
                known(3, index: 3, port("lo", "loopback")), known(4, index: 4, port("", "tunnel")),
            ],
            found: [
                found(index: 7, port("lo", "loopback")), found(index: 8, port("", "tunnel")),
                found(index: 1, port("eth", "x")), found(index: 9, port("eth", "x")),
            ], identity: Self.identity)
        #expect(outcome.candidate == nil)
        // The first stands where it stood, and nothing contradicts; where the second is, nobody
        // knows.
        #expect(outcome.positions == [QueryRowID(3): 0, QueryRowID(4): 1, QueryRowID(1): 2])
        #expect(
            outcome.reasons
                == [QueryRowID(3): "ifName", QueryRowID(4): "ifDescr", QueryRowID(1): "index"])
        #expect(outcome.missing == [QueryRowID(2)] && outcome.added == [3])
        #expect(
            outcome.doubts == [
                QueryRowID(2): "ifName “eth” stands at 2 rows that were known and at 2 found now"
            ])
    }

    @Test func `rows of the same name are told apart by what else is their own`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, port("eth", "x", mac: "m1")),
                known(2, index: 2, port("eth", "x", mac: "m2")),
                known(3, index: 3, port("lo", "x")),
            ],
            found: [
                found(index: 1, port("eth", "x", mac: "m2")),
                found(index: 2, port("eth", "x", mac: "m1")), found(index: 3, port("lo", "x")),
            ], identity: Self.identity)
        #expect(outcome.positions == [QueryRowID(1): 1, QueryRowID(2): 0, QueryRowID(3): 2])
        #expect(outcome.reasons[QueryRowID(1)] == "ifPhysAddress")
    }

    @Test func `an ambiguous row is not the one at its index when anything differs`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, port("eth", "x", mac: "m1")),
                known(2, index: 2, port("eth", "x", mac: "m1")),
            ],
            found: [
                found(index: 1, port("eth", "x", mac: "m2")),
                found(index: 2, port("eth", "x", mac: "m2")),
            ], identity: Self.identity)
        #expect(outcome.positions.isEmpty && outcome.added == [0, 1])
        #expect(outcome.doubts.count == 2)
    }

    @Test func `a table whose rows all say the same stays by its indexes`() {
        let rows = (UInt32(1)...4).map { found(index: $0, ["ifDescr": "port"]) }
        let outcome = RowMatcher.match(
            known: (1...4).map { known($0, index: UInt32($0), ["ifDescr": "port"]) },
            found: rows, identity: Self.identity)
        #expect(outcome.positions.count == 4 && outcome.missing.isEmpty)
        #expect(Set(outcome.reasons.values) == ["index"])
    }

    @Test func `a name that became ambiguous takes no history along`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 31, ["descr": "/"]), known(2, index: 33, ["descr": "/home"]),
            ],
            found: [
                found(index: 31, ["descr": "/"]), found(index: 32, ["descr": "/home"]),
                found(index: 33, ["descr": "/boot"]), found(index: 34, ["descr": "/home"]),
            ], identity: [["descr"]])
        #expect(outcome.candidate == nil)
        #expect(outcome.positions == [QueryRowID(1): 0])
        #expect(outcome.missing == [QueryRowID(2)] && outcome.added == [1, 2, 3])
        #expect(outcome.doubts[QueryRowID(2)]?.contains("2 found now") == true)
    }

    @Test func `where no field tells rows apart, an index is no proof against another name`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 31, ["descr": "/"]), known(2, index: 33, ["descr": "/home"]),
            ],
            found: [
                found(index: 31, ["descr": "/"]), found(index: 32, ["descr": "/boot"]),
                found(index: 33, ["descr": "/boot"]),
            ], identity: [["descr"]])
        #expect(outcome.positions == [QueryRowID(1): 0])
        #expect(outcome.missing == [QueryRowID(2)])
        #expect(outcome.added == [1, 2])
    }

    @Test(arguments: [[], [["ifName"]]])
    func `without an identity only the same index matches`(identity: [[String]]) {
        let outcome = RowMatcher.match(
            known: [known(1, index: 1, [:]), known(2, index: 2, [:])],
            found: [found(index: 2, [:]), found(index: 3, [:])], identity: identity)
        #expect(outcome.candidate == nil)
        #expect(outcome.positions == [QueryRowID(2): 0])
        #expect(outcome.missing == [QueryRowID(1)] && outcome.added == [1])
        #expect(outcome.doubts.isEmpty)
    }

    // MARK: Rows that were gone

    @Test func `a row that is gone takes only what the present ones leave`() {
        let outcome = RowMatcher.match(
            known: [
                gone(1, index: 1, since: 5, ["ifName": "ge-0"]),
                known(2, index: 2, ["ifName": "ge-0"]), gone(3, index: 7, since: 5, [:]),
            ],
            found: [found(index: 1, ["ifName": "ge-0"]), found(index: 2, ["ifName": "7"])],
            identity: [["ifName"]])
        #expect(outcome.positions == [QueryRowID(2): 0])
        #expect(outcome.missing == [QueryRowID(1), QueryRowID(3)])
        #expect(outcome.added == [1])
    }

    @Test func `a row that is back goes on, wherever it is, and of several the last`() {
        let outcome = RowMatcher.match(
            known: [
                gone(1, index: 1, since: 50, port("ge-0", "d0")),
                gone(2, index: 1, since: 90, port("ge-0", "d0")),
                gone(3, index: 1, since: nil, port("ge-0", "d0")),
                known(4, index: 2, port("ge-1", "d1")),
            ],
            found: [found(index: 2, port("ge-1", "d1")), found(index: 40, port("ge-0", "d0"))],
            identity: Self.identity)
        #expect(outcome.positions == [QueryRowID(4): 0, QueryRowID(2): 1])
        #expect(outcome.reasons[QueryRowID(2)] == "ifName")
    }

    @Test func `of rows that cannot be told apart, one that is back stands where it stood`() {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, ["ifDescr": "cpu"]),
                gone(2, index: 2, since: 5, ["ifDescr": "cpu"]),
            ],
            found: [found(index: 1, ["ifDescr": "cpu"]), found(index: 2, ["ifDescr": "cpu"])],
            identity: [["ifDescr"]])
        #expect(outcome.positions == [QueryRowID(1): 0, QueryRowID(2): 1])
    }

    @Test(arguments: [UInt32(1), 2, 3])
    func `a row that was gone is not taken for a present one that is looked for`(index: UInt32) {
        let outcome = RowMatcher.match(
            known: [
                known(1, index: 1, port("eth", "x")), known(2, index: 2, port("eth", "x")),
                gone(3, index: 3, since: 5, port("eth", "x")),
            ],
            found: [found(index: index, port("eth", "x"))], identity: Self.identity)
        #expect(outcome.positions == (index == 3 ? [:] : [QueryRowID(Int64(index)): 0]))
        #expect(outcome.doubts.keys.contains(QueryRowID(3)) == false)
        #expect(outcome.doubts.count == (index == 3 ? 2 : 1))
    }
}
