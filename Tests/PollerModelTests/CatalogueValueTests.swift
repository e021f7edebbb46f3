import Testing

@testable import PollerModel

@Suite struct GlobTests {
    @Test(
        arguments: [
            ("", "", []), ("a", "A", []), ("*", "", [""]), ("*", "any", ["any"]),
            ("C:* Label:*", "C:\\ Label:System", ["\\", "System"]),
            ("a*b*c", "aXbYc", ["X", "Y"]), ("*b", "ab", ["a"]), ("a**c", "abc", ["", "b"]),
            ("Vlan*", "vlan 12", [" 12"]), ("*ab", "aab", ["a"]), ("ab*ab", "abab", [""]),
        ] as [(String, String, [String])])
    func `a text that fits tells what its stars are`(
        glob: String, text: String, captures: [String]
    ) {
        #expect(Glob(glob).captures(of: text) == captures)
    }

    @Test(
        arguments: [
            ("", "a"), ("a", ""), ("a", "ab"), ("a*b", "ac"), ("ab*ab", "aba"), ("*x*", "abc"),
            ("a*", "ba"), ("*a", "ab"),
        ])
    func `a text that does not fit is none of it`(glob: String, text: String) {
        #expect(!Glob(glob).matches(text))
    }

    @Test func `a hostile text costs little`() {
        let text = String(repeating: "a", count: 1_024)
        let glob = String(repeating: "a*", count: 100) + "b"
        #expect(!Glob(glob).matches(text))
    }
}

@Suite struct RowConditionTests {
    private let fields: RowFields = [
        "type": .integer(6), "name": .text(DeviceText("Vlan10")), "empty": .text(DeviceText("")),
        "number": .text(DeviceText("3.5")),
    ]

    private func holds(_ field: String, _ tests: RowCondition.Test...) -> Bool {
        RowCondition([[.init(field: field, tests: tests)]]).holds(for: fields)
    }

    @Test func `each test holds for what it says, and a missing field fulfils little`() {
        #expect(holds("type", .oneOf(["5", "6"])) && !holds("type", .oneOf(["7"])))
        #expect(holds("type", .above(5)) && !holds("type", .above(6)))
        #expect(holds("number", .below(4)) && !holds("number", .below(3.5)))
        #expect(holds("name", .like([Glob("vlan*")])) && !holds("name", .unlike([Glob("vlan*")])))
        #expect(holds("name", .known(true)) && holds("empty", .known(false)))
        #expect(holds("none", .known(false)) && holds("none", .unlike([Glob("*")])))
        for test in [
            RowCondition.Test.oneOf([""]), .above(-1), .below(1), .like([Glob("*")]), .known(true),
        ] {
            #expect(!holds("none", test))
        }
    }

    @Test func `all clauses of one alternative must hold`() {
        let good = RowCondition.Clause(field: "type", tests: [.oneOf(["6"])])
        let bad = RowCondition.Clause(field: "type", tests: [.oneOf(["7"])])
        #expect(RowCondition([[bad], [good, good]]).holds(for: fields))
        #expect(!RowCondition([[good, bad], [bad]]).holds(for: fields))
        #expect(RowCondition([[good], [bad]]).fields == ["type"])
    }
}

@Suite struct RowFieldTests {
    private func field(_ kind: RowField.Kind, from: Int = 1, through: Int? = nil) -> RowField {
        RowField(name: "f", origin: .index(from: from, through: through), kind: kind)
    }

    @Test func `arcs of an index are numbers, addresses, texts and MACs`() {
        let index: [UInt32] = [7, 1, 4, 192, 0, 2, 1]
        #expect(field(.integer, from: 1, through: 1).value(fromIndex: index) == .integer(7))
        #expect(field(.ip, from: 2).value(fromIndex: index)?.text == "192.0.2.1")
        #expect(field(.ip, from: 4).value(fromIndex: index)?.text == "192.0.2.1")
        #expect(field(.oid, from: 1, through: 2).value(fromIndex: index)?.text == "7.1")
        #expect(field(.text).value(fromIndex: [2, 0x68, 0x69])?.text == "hi")
        #expect(field(.text).value(fromIndex: [0x68, 0x69])?.text == "hi")
        let mac: [UInt32] = [0, 0x1c, 0x73, 1, 2, 255]
        #expect(field(.mac).value(fromIndex: mac)?.text == "00:1c:73:01:02:ff")
        #expect(field(.mac).value(fromIndex: [6] + mac)?.text == "00:1c:73:01:02:ff")
        #expect(field(.integer, from: 9, through: 9).value(fromIndex: index) == nil)
        #expect(field(.text).value(fromIndex: [300]) == nil)
    }

    @Test func `values are mapped and rewritten, and an OID may be its last arc`() {
        var field = RowField(name: "f", origin: .column(OID([1, 3]), at: nil), kind: .integer)
        field.map = ["9": "0", "8": "-3", "1": "up"]
        #expect(field.value(from: .integer(8)) == .integer(-3))
        #expect(field.value(from: .integer(1))?.text == "up")
        #expect(field.value(from: .integer(5)) == .integer(5))
        #expect(field.value(from: .octets([0x38])) == nil)
        var drive = RowField(name: "f", origin: .column(OID([1, 3]), at: nil), kind: .text)
        drive.rewrites = [.init(from: Glob("* Label:*"), to: "{1}")]
        let said = SNMPValue.octets(Array("C:\\ Label:System".utf8))
        #expect(drive.value(from: said)?.text == "C:\\")
        #expect(drive.value(from: .octets(Array("/var".utf8)))?.text == "/var")
        var source = RowField(name: "f", origin: .column(OID([1, 3]), at: nil), kind: .oid)
        source.takesLastArc = true
        #expect(source.value(from: .oid(OID([1, 3, 6, 12]))) == .integer(12))
    }
}

@Suite struct ComputedValueTests {
    private func value(_ text: String, _ values: [String: Double]) throws -> Double {
        try Expression(text, variables: Set(values.keys).union(["gone"])).value { values[$0] }
    }

    @Test(
        arguments: [
            ("a,b,+", 7), ("a,b,-", -3), ("a,b,*", 10), ("b,a,/", 2.5), ("b,a,%", 1),
            ("a,b,MIN", 2), ("a,b,MAX", 5), ("a,10,b,POW,*", 200_000), ("a,10,0,3,-,POW,*", 0.002),
            ("a,b,LT", 1), ("a,b,GE", 0), ("a,DUP,+", 4), ("a,b,EXC,-", 3), ("a,b,POP", 2),
            ("gone,UN,a,b,IF", 2), ("a,UN,a,b,IF", 5), ("gone,a,ADDNAN", 2), ("a,2,EQ", 1),
            ("a,8,*,0.5,POW", 4), ("a,b,gone,3,AVG", 3.5), ("b,FLOOR,a,/,CEIL", 3),
            ("a,b,-,ABS", 3), ("a,0,4,LIMIT", 2), ("gone,b,MINNAN", 5), ("100,LOG,10,LOG,/", 2),
        ] as [(String, Double)])
    func `it is computed as a person would`(text: String, expected: Double) throws {
        #expect(abs(try value(text, ["a": 2, "b": 5]) - expected) < 1e-12)
    }

    @Test(arguments: [
        "gone,a,+", "a,0,/", "a,0,%", "gone,a,MIN", "UNKN", "a,3,4,LIMIT",
        "a,-3,+,SQRT", "gone,1,MEDIAN", "a,TIME,+", "a,PREV,+", "a,60,TREND", "a,60,TRENDNAN",
        "COUNT", "NOW", "STEPWIDTH", "LTIME", "NEWDAY", "NEWWEEK", "NEWMONTH", "NEWYEAR",
    ])
    func `what cannot be computed is unknown`(text: String) throws {
        #expect(try value(text, ["a": 2]).isNaN)
    }
}

@Suite struct GaugeRuleTests {
    private func shown(
        _ value: SNMPValue, _ change: (inout GaugeRule) -> Void
    ) -> Result<Double, UnknownReason> {
        var rule = GaugeRule()
        change(&rule)
        let item = PlannedItem(name: "x", kind: .gauge, origin: .object(0), gauge: rule)
        let moment = Moment(wall: Timestamp(seconds: 1), monotonic: MonotonicTime(milliseconds: 1))
        return SampleDecoder.gauge(
            .init(value: value, object: OID([1, 3]), receivedAt: moment, uptimeTicks: nil),
            item: item
        ).shown
    }

    @Test(
        arguments: [
            ("45% of maximum", 45), (" -12.5 C", -12.5), ("rpm: 3,000", 3), ("a-7", -7),
            ("v1.2.3", 1.2),
        ] as [(String, Double)])
    func `the first number of a text counts where the catalogue says so`(
        text: String, expected: Double
    ) throws {
        let value = SNMPValue.octets(Array(text.utf8))
        #expect(try shown(value) { $0.readsFirstNumber = true }.get() == expected)
        #expect((try? shown(value) { _ in }.get()) == nil)
    }

    @Test func `words stand for numbers, and no others do`() throws {
        let change: (inout GaugeRule) -> Void = { $0.map = ["ok": 1, "failed": 0, "3": 7] }
        #expect(try shown(.octets(Array("OK ".utf8)), change).get() == 1)
        #expect(try shown(.integer(3), change).get() == 7)
        #expect(
            shown(.octets(Array("odd".utf8)), change)
                == .failure(.notNumeric(object: OID([1, 3]), text: "odd")))
    }

    @Test func `numbers that mean nothing and values that cannot be are unknown`() throws {
        #expect(
            shown(.integer(-1)) { $0.unknown = [-1] }
                == .failure(.notOffered(object: OID([1, 3]), value: -1)))
        let bounded: (inout GaugeRule) -> Void = { ($0.minimum, $0.maximum) = (0, 100) }
        #expect(try shown(.integer(0), bounded).get() == 0)
        #expect(try shown(.integer(100), bounded).get() == 100)
        #expect(
            shown(.integer(101), bounded)
                == .failure(.outOfBounds(object: OID([1, 3]), value: 101, bound: 100)))
        #expect(
            shown(.integer(-1), bounded)
                == .failure(.outOfBounds(object: OID([1, 3]), value: -1, bound: 0)))
    }
}

@Suite struct CactiTitleTests {
    @Test func `Cacti's variables are those of a device and its rows`() throws {
        let pattern = try TitlePattern(
            "|host_description| - Traffic - |query_ifName| {ifAlias|index} | x",
            fields: [
                "ifName", "ifAlias",
            ])
        let values = ["device": "sw1", "ifName": "ge-0", "index": "4"]
        #expect(pattern.filled { values[$0] } == "sw1 - Traffic - ge-0 4 | x")
    }

    @Test(arguments: [
        "|host_snmp_community|", "|host_snmp_password|", "|host_nothing|", "|query_x|",
    ])
    func `none yields a secret, or what does not exist`(text: String) {
        #expect(throws: TitlePattern.Mistake.self) { try TitlePattern(text, fields: []) }
    }
}
