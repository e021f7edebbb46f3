import Testing

@testable import PollerModel

@Suite struct ExpressionTests {
    private let names: Set<String> = ["traffic_in", "total", "free"]

    @Test(arguments: [
        "traffic_in", "traffic_in,8,*", "total,free,-", "total,UN,0,total,IF", "free,DUP,*",
        " total , free , - ", "total,free,MIN", "1e3,total,*",
    ])
    func `sound expressions are read`(text: String) throws {
        _ = try Expression(text, variables: names)
    }

    @Test(arguments: [
        ("traffic_in,8", "leaves 2 values"), ("*", "needs 2 values, but has 0"),
        ("traffic_on,8,*", "did you mean “traffic_in”"), ("total,POP", "leaves 0 values"),
        ("", "is no data source"), ("total,PREDICT", "is no data source"), ("total,nan,+", "“nan”"),
        ("total,free,-,:", "“:”"), ("total;reboot", "is no data source"),
    ])
    func `the first mistake is said`(text: String, words: String) {
        #expect {
            try Expression(text, variables: names)
        } throws: { error in
            (error as? Expression.Mistake)?.words.contains(words) == true
        }
    }

    @Test func `length and depth are bounded on both sides of the limit`() throws {
        let limit = Expression.largestTokenCount
        let long =
            ["total"] + [[String]](repeating: ["1", "+"], count: (limit - 1) / 2).flatMap { $0 }
        _ = try Expression(long.joined(separator: ","), variables: names)
        #expect(throws: Expression.Mistake.self) {
            try Expression((long + ["1", "+"]).joined(separator: ","), variables: names)
        }
        let depth = Expression.largestDepth
        let deep = { (count: Int) in
            [String](repeating: "1", count: count) + [String](repeating: "+", count: count - 1)
        }
        _ = try Expression(deep(depth).joined(separator: ","), variables: names)
        #expect(throws: Expression.Mistake.self) {
            try Expression(deep(depth + 1).joined(separator: ","), variables: names)
        }
    }

    @Test(arguments: [
        ("traffic_in", true), ("traffic_in,8,*", true), ("traffic_in,8,*,100,/", true),
        ("traffic_in,-8,*", false), ("total,free,-", false), ("100,total,-", false),
        ("total,DUP,*", false), ("total,5,-", true),
    ])
    func `only a growing function of one source keeps its peaks`(text: String, keeps: Bool) throws {
        #expect(try Expression(text, variables: names).keepsPeaks == keeps)
    }
}

@Suite struct TitlePatternTests {
    @Test func `the first alternative that is not empty is taken`() throws {
        let pattern = try TitlePattern(
            "{device} - Traffic - {ifAlias|ifName|index}", fields: ["ifAlias", "ifName"])
        let values = ["device": "sw1", "ifAlias": "", "ifName": "Gi0/1", "index": "7"]
        #expect(pattern.filled { values[$0] } == "sw1 - Traffic - Gi0/1")
        #expect(pattern.filled { $0 == "device" ? "sw1" : nil } == "sw1 - Traffic - ?")
    }

    @Test(arguments: [
        ("{ifNme}", "did you mean “ifName”"), ("{device", "without its }"), ("{}", "empty braces"),
        ("", "0 characters"), (String(repeating: "x", count: 201), "201 characters"),
    ])
    func `mistakes are said`(text: String, words: String) {
        #expect {
            try TitlePattern(text, fields: ["ifName"])
        } throws: { error in
            (error as? TitlePattern.Mistake)?.words.contains(words) == true
        }
    }

    @Test func `values are not read again as patterns`() throws {
        let pattern = try TitlePattern("{ifAlias}", fields: ["ifAlias"])
        #expect(pattern.filled { _ in "{device}" } == "{device}")
    }
}

@Suite struct SpeedRuleTests {
    private let query: DataQuery

    init() {
        var query = DataQuery(
            name: "interfaces", title: "", source: "", index: OID([1, 3]), fields: [],
            identity: [])
        query.speed = DataQuery.SpeedRule(
            high: "ifHighSpeed", low: "ifSpeed",
            except: RowCondition([[.init(field: "ifType", tests: [.oneOf(["24"])])]]))
        self.query = query
    }

    @Test(
        arguments: [
            (1_000_000_000, 1_000, 1_000_000_000), (4_294_967_295, 10_000, 10_000_000_000),
            (0, 100, 100_000_000), (1_544_000, 2, 1_544_000), (4_294_967_295, 0, nil), (0, 0, nil),
            (4_294_967_295, 4_000, 4_000_000_000),
        ] as [(Int64, Int64, UInt64?)])
    func `the finer of the two speeds counts`(low: Int64, high: Int64, expected: UInt64?) {
        let fields: RowFields = ["ifSpeed": .integer(low), "ifHighSpeed": .integer(high)]
        #expect(query.speedBitsPerSecond(of: fields) == expected)
    }

    @Test func `a loopback's speed means nothing, nor does an absurd one`() {
        let loopback: RowFields = ["ifSpeed": .integer(10_000_000), "ifType": .integer(24)]
        #expect(query.speedBitsPerSecond(of: loopback) == nil)
        #expect(query.speedBitsPerSecond(of: ["ifHighSpeed": .integer(.max)]) == nil)
    }
}

@Suite struct DeviceTemplateChoiceTests {
    private let catalogue = Catalogue(
        profiles: [], dataQueries: [], dataTemplates: [], graphTemplates: [],
        deviceTemplates: [
            DeviceTemplate(name: "any", title: "", source: "", graphs: []),
            DeviceTemplate(
                name: "vendor", title: "", source: "",
                recognition: .init(objectIDPrefixes: [OID([1, 3, 6, 1, 4, 1, 9])]),
                graphs: []),
            DeviceTemplate(
                name: "model", title: "", source: "",
                recognition: .init(objectIDPrefixes: [OID([1, 3, 6, 1, 4, 1, 9, 1, 7])]), graphs: []
            ),
        ])

    @Test(
        arguments: [
            (OID([1, 3, 6, 1, 4, 1, 9, 1, 7]), "model"),
            (OID([1, 3, 6, 1, 4, 1, 9, 1, 70]), "vendor"),
            (OID([1, 3, 6, 1, 4, 1, 90]), "any"), (nil, "any"),
        ] as [(OID?, String)])
    func `the longest prefix wins`(objectID: OID?, name: String) {
        #expect(catalogue.kind(of: SystemDescription(objectID: objectID))?.main.name == name)
    }
}

@Suite struct DeviceKindTests {
    private let linux = OID([1, 3, 6, 1, 4, 1, 8072, 3, 2, 10])
    private let ups = OID([1, 3, 6, 1, 2, 1, 33])

    private func template(
        _ name: String, _ recognition: DeviceTemplate.Recognition, graphs: [String]
    ) -> DeviceTemplate {
        DeviceTemplate(
            name: name, title: name, source: "", recognition: recognition, graphs: graphs)
    }

    private var catalogue: Catalogue {
        var described = DeviceTemplate.Recognition()
        described.descriptions = [Glob("*firewall*")]
        var probed = DeviceTemplate.Recognition()
        probed.probes = [ups]
        return Catalogue(
            profiles: [], dataQueries: [], dataTemplates: [], graphTemplates: [],
            deviceTemplates: [
                template("any", .init(), graphs: ["uptime", "traffic"]),
                template("linux", .init(objectIDPrefixes: [linux]), graphs: ["load"]),
                template("firewall", described, graphs: ["sessions", "traffic"]),
                template("ups", probed, graphs: ["charge"]),
            ])
    }

    @Test func `all templates that fit add up, the best first`() {
        let system = SystemDescription(
            description: DeviceText("Great FIREWALL 3"), objectID: linux)
        #expect(catalogue.probes(for: system) == [ups])
        let kind = catalogue.kind(of: system, answering: [ups])
        #expect(kind?.templates.map(\.name) == ["firewall", "ups", "linux", "any"])
        #expect(kind?.graphs == ["sessions", "traffic", "charge", "load", "uptime"])
        let plain = catalogue.kind(of: SystemDescription(objectID: linux))
        #expect(plain?.templates.map(\.name) == ["linux", "any"])
    }

    @Test func `a kind that was kept is the same, with what fits every device now`() {
        #expect(
            catalogue.kind(named: ["ups", "gone"])?.templates.map(\.name) == ["ups", "any"])
        #expect(catalogue.kind(named: ["gone"])?.templates.map(\.name) == ["any"])
    }
}

@Suite struct RewrittenIdentityTests {
    @Test func `a text that is rewritten from now on makes no other row of a known one`() throws {
        let fixture = try CatalogueFixture()
        var query = try #require(fixture.catalogue.dataQueries["interfaces"])
        var fields = query.fields
        fields[0].rewrites = [.init(from: Glob("* Label:*"), to: "{1}")]
        var changed = DataQuery(
            name: query.name, title: "", source: "", index: query.index, fields: fields,
            identity: query.identity)
        (changed.graphed, changed.speed) = (query.graphed, query.speed)
        query = changed
        let catalogue = Catalogue(
            profiles: [], dataQueries: [query], dataTemplates: [], graphTemplates: [],
            deviceTemplates: [fixture.template])
        let definition = fixture.device(interfaces: ["C: Label:System"])
        let table = DiscoveredTable(
            query: "interfaces", rows: [fixture.row(index: 7, name: "C:")], note: nil)
        guard
            case .change(let change) = ReindexPlanner.verdict(
                definition, table: table, catalogue: catalogue)
        else {
            Issue.record("nothing changes")
            return
        }
        #expect(change.added.isEmpty)
        #expect(change.rows.map(\.index) == [[7]])
    }

    @Test func `a place in a title may be nothing at all`() throws {
        let pattern = try TitlePattern("{device} - {name} {vserver|}", fields: ["name", "vserver"])
        #expect(pattern.filled { ["device": "f", "name": "/vol"][$0] } == "f - /vol")
        #expect(throws: TitlePattern.Mistake.self) { try TitlePattern("{}", fields: []) }
    }
}
