import Foundation
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// A small catalogue that is right; tests break one thing of it.
private struct Files {
    var files: [String: String] = [
        "profiles/minute.yaml": """
        name: minute
        title: Minute
        step_seconds: 60
        archives:
          - {functions: [AVERAGE, MAX], steps: 1, rows: 100}
        """,
        "data_queries/interfaces.yaml": """
        name: interfaces
        title: Interfaces
        source: RFC 2863
        index: 1.3.6.1.2.1.2.2.1.1
        fields:
          ifDescr: {oid: 1.3.6.1.2.1.2.2.1.2}
          ifSpeed: {oid: 1.3.6.1.2.1.2.2.1.5, kind: integer}
        identity: [ifDescr]
        speed: {high: ifSpeed, low: ifSpeed}
        """,
        "data_templates/traffic.yaml": """
        name: traffic
        title: Traffic
        source: RFC 2863
        query: interfaces
        items:
          - {name: octets_in, kind: COUNTER, oid: 1.3.6.1.2.1.2.2.1.10, unit: octets, speed_factor: 0.125}
        """,
        "graph_templates/traffic.yaml": """
        name: traffic
        title: "{device} - {ifDescr}"
        source: RFC 2863
        data_template: traffic
        vertical_label: bits per second
        series:
          - {label: In, value: "octets_in,8,*", style: area, color: blue}
        """,
        "device_templates/generic.yaml": """
        name: generic
        title: Generic
        class: generic
        source: RFC 3418
        graphs: [traffic]
        """,
    ]

    mutating func replace(_ file: String, _ old: String, _ new: String) throws {
        let text = try #require(files[file])
        try #require(text.contains(old), "\(old)")
        files[file] = text.replacing(old, with: new)
    }

    func load() throws -> (catalogue: Catalogue, problems: [String]) {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(text + "\n", to: name) }
        let (catalogue, problems) = CatalogueLoader.load([folder.path])
        return (
            catalogue,
            problems.map { "\($0)".replacing(folder.path + "/", with: "") }
        )
    }
}

@Suite struct CatalogueLoaderTests {
    @Test func `the small catalogue is right`() throws {
        let (catalogue, problems) = try Files().load()
        #expect(problems == [])
        #expect(catalogue.graphTemplates["traffic"]?.series.count == 1)
        #expect(catalogue.profiles["minute"]?.heartbeatSeconds == 120)
        #expect(catalogue.profiles["minute"]?.archives.map(\.function) == [.average, .maximum])
    }

    @Test func `the shipped catalogue is right, and the 5 minute profile is Cacti's`() throws {
        let (catalogue, problems) = (ShippedCatalogue.catalogue, ShippedCatalogue.problems)
        #expect(problems.map(\.description) == [])
        let profile = try #require(catalogue.profiles["five_minutes"])
        #expect(profile.step.seconds == 300 && profile.heartbeatSeconds == 600)
        let expected = ConsolidationFunction.allCases.flatMap { function in
            [(1, 600), (6, 700), (24, 775), (288, 797)].map {
                RoundRobinArchive(function: function, stepsPerRow: $0.0, rows: $0.1)
            }
        }
        #expect(profile.archives == expected)
        #expect(catalogue.steps.map(\.seconds) == [10, 60, 300])
        for template in catalogue.deviceTemplates.values { #expect(!template.graphs.isEmpty) }
    }

    /// What is broken, and what the one line about it must hold.
    private static let mistakes:
        [(file: String, old: String, new: String, place: String, words: String)] = [
            (
                "profiles/minute.yaml", "title: Minute", "titel: Minute",
                "profiles/minute.yaml:2:1", "did you mean “title”"
            ),
            (
                "profiles/minute.yaml", "step_seconds: 60", "step_seconds: 0",
                "profiles/minute.yaml:3:15", "1 to 86400"
            ),
            (
                "profiles/minute.yaml", "step_seconds: 60",
                "step_seconds: 60\nheartbeat_seconds: 30", "profiles/minute.yaml:4:20",
                "shorter than the step"
            ),
            (
                "profiles/minute.yaml", "AVERAGE, MAX", "AVERAGE, MAXX",
                "profiles/minute.yaml:5:17", "did you mean “MAX”"
            ),
            (
                "profiles/minute.yaml", "rows: 100", "rows: 100000000", "profiles/minute.yaml:5:49",
                "1 to 1000000"
            ),
            (
                "profiles/minute.yaml", "steps: 1, ", "", "profiles/minute.yaml:5:5",
                "lacks the key “steps”"
            ),
            (
                "profiles/minute.yaml", "name: minute", "name: Minute", "profiles/minute.yaml:1:7",
                "is no name"
            ),
            (
                "profiles/minute.yaml", "name: minute", "name: \"\"", "profiles/minute.yaml:1:7",
                "“name” is empty; write a text"
            ),
            (
                "profiles/minute.yaml", "title: Minute", "title: \" \"",
                "profiles/minute.yaml:2:8", "“title” is empty; write a text"
            ),
            (
                "graph_templates/traffic.yaml", "title: \"{device} - {ifDescr}\"", "title: \"\"",
                "graph_templates/traffic.yaml:2:8", "“title” is empty; write a text"
            ),
            (
                "data_templates/traffic.yaml", "name: octets_in", "name: \"\"",
                "data_templates/traffic.yaml:6:12", "“name” is empty; write a text"
            ),
            (
                "data_queries/interfaces.yaml", "  ifDescr:", "  \"\": {oid: 1.3}\n  ifDescr:",
                "data_queries/interfaces.yaml:6:3", "“” is no name of a field"
            ),
            (
                "profiles/minute.yaml", "  - {functions",
                " - {functions: [AVERAGE], steps: 1\n  - {functions", "profiles/minute.yaml",
                "is not YAML"
            ),
            (
                "profiles/minute.yaml", "title: Minute", "title: Minute\ntitle: Again",
                "profiles/minute.yaml", "stands twice"
            ),
            (
                "profiles/minute.yaml", "step_seconds: 60", "step_seconds: [60]",
                "profiles/minute.yaml:3:15", "must be a text"
            ),
            (
                "data_queries/interfaces.yaml", "index: 1.3.6.1.2.1.2.2.1.1", "index: ifIndex",
                "data_queries/interfaces.yaml:4:8", "must be an OID in numbers"
            ),
            (
                "data_queries/interfaces.yaml", "index: 1.3.6.1.2.1.2.2.1.1",
                "index: 1\(String(repeating: ".1", count: 32))",
                "data_queries/interfaces.yaml:4:8", "must be an OID in numbers"
            ),
            (
                "data_queries/interfaces.yaml", "identity: [ifDescr]",
                "identity: [ifDescr]\nwatch: [5.6.7]",
                "data_queries/interfaces.yaml:9:9", "is no OID in numbers"
            ),
            (
                "data_queries/interfaces.yaml", "identity: [ifDescr]", "identity: [ifDesc]",
                "data_queries/interfaces.yaml:8:12", "did you mean “ifDescr”"
            ),
            (
                "data_queries/interfaces.yaml", "identity: [ifDescr]",
                "identity: [[ifDescr, ifDesc]]",
                "data_queries/interfaces.yaml:8:22", "did you mean “ifDescr”"
            ),
            (
                "data_queries/interfaces.yaml", "identity: [ifDescr]", "identity: [ifDescr, []]",
                "data_queries/interfaces.yaml:8:21", "has an empty list in it"
            ),
            (
                "data_queries/interfaces.yaml", "identity: [ifDescr]",
                "identity: [[ifDescr, ifDescr]]",
                "data_queries/interfaces.yaml:8:12", "names something twice"
            ),
            (
                "data_queries/interfaces.yaml", "identity: [ifDescr]",
                "identity: [ifDescr, [ifDescr]]",
                "data_queries/interfaces.yaml:8:21", "names something twice"
            ),
            (
                "data_queries/interfaces.yaml", "identity: [ifDescr]", "identity: [[[ifDescr]]]",
                "data_queries/interfaces.yaml:8:13", "a list of fields and of lists of fields"
            ),
            (
                "data_queries/interfaces.yaml", "identity: [ifDescr]", "identity: ifDescr",
                "data_queries/interfaces.yaml:8:11", "must be a list"
            ),
            (
                "data_queries/interfaces.yaml", "kind: integer", "kind: number",
                "data_queries/interfaces.yaml:7:45", "it is one of text, integer, mac, ip, oid"
            ),
            (
                "data_queries/interfaces.yaml", "  ifDescr:", "  index: {oid: 1.3}\n  ifDescr:",
                "data_queries/interfaces.yaml:6:3", "cannot be called “index”"
            ),
            (
                "data_queries/interfaces.yaml", "source: RFC 2863\n", "",
                "data_queries/interfaces.yaml:1:1", "lacks the key “source”"
            ),
            (
                "data_queries/interfaces.yaml", "identity: [ifDescr]",
                "identity: [ifDescr]\ngraph_when: {ifOper: [1]}",
                "data_queries/interfaces.yaml:9:14", "“ifOper”, which does not exist"
            ),
            (
                "data_templates/traffic.yaml", "query: interfaces", "query: interface",
                "data_templates/traffic.yaml:4:8", "did you mean “interfaces”"
            ),
            (
                "data_templates/traffic.yaml", "kind: COUNTER", "kind: COUNTR",
                "data_templates/traffic.yaml:6:29", "did you mean “COUNTER”"
            ),
            (
                "data_templates/traffic.yaml", "name: octets_in", "name: octets_in_from_the_wire",
                "data_templates/traffic.yaml:6:12", "1 to 19"
            ),
            (
                "data_templates/traffic.yaml", "speed_factor: 0.125}",
                "speed_factor: 0.125}\n  - {name: octets_in, kind: GAUGE, oid: 1.3.6, unit: x}",
                "data_templates/traffic.yaml:7:12", "stands twice"
            ),
            (
                "data_templates/traffic.yaml", "unit: octets", "unit: octets, scale: 8",
                "data_templates/traffic.yaml:6:86", "scale in the graph"
            ),
            (
                "data_templates/traffic.yaml", "oid: 1.3.6.1.2.1.2.2.1.10, ", "",
                "data_templates/traffic.yaml:6:5", "none of “oid”, “oids” and “measure”"
            ),
            (
                "data_templates/traffic.yaml", "oid: 1.3.6.1.2.1.2.2.1.10, ",
                "measure: poll_milliseconds, ", "data_templates/traffic.yaml:6:47", "not for a row"
            ),
            (
                "graph_templates/traffic.yaml", "data_template: traffic", "data_template: trafic",
                "graph_templates/traffic.yaml:4:16", "did you mean “traffic”"
            ),
            (
                "graph_templates/traffic.yaml", "octets_in,8,*", "octets_out,8,*",
                "graph_templates/traffic.yaml:7:24", "did you mean “octets_in”"
            ),
            (
                "graph_templates/traffic.yaml", "octets_in,8,*", "octets_in,8",
                "graph_templates/traffic.yaml:7:24", "leaves 2 values"
            ),
            (
                "graph_templates/traffic.yaml", "{ifDescr}", "{ifName}",
                "graph_templates/traffic.yaml:2:8", "“ifName”, which does not exist"
            ),
            (
                "graph_templates/traffic.yaml", "color: blue", "color: green",
                "graph_templates/traffic.yaml:7:61", "it is one of blue"
            ),
            (
                "graph_templates/traffic.yaml", "vertical_label: bits per second",
                "vertical_label: bits\nlower_limit: 5\nupper_limit: 5",
                "graph_templates/traffic.yaml:6:14", "not below"
            ),
            (
                "graph_templates/traffic.yaml", "vertical_label: bits per second",
                "vertical_label: bits\nbase: 1001", "graph_templates/traffic.yaml:6:7",
                "1000 or 1024"
            ),
            (
                "device_templates/generic.yaml", "graphs: [traffic]", "graphs: [trafic]",
                "device_templates/generic.yaml:5:10", "did you mean “traffic”"
            ),
            (
                "device_templates/generic.yaml", "graphs: [traffic]",
                "graphs: [traffic]\nobject_ids: [cisco]", "device_templates/generic.yaml:6:14",
                "no OID in numbers"
            ),
            (
                "device_templates/generic.yaml", "title: Generic",
                "title: Generic\nobject_ids: [1.3.6.1.4.1.9]", "resources",
                "has no device template that fits every device"
            ),
        ]

    @Test(arguments: mistakes.indices)
    func `each mistake is one line with its place and a way out`(number: Int) throws {
        let mistake = Self.mistakes[number]
        var files = Files()
        try files.replace(mistake.file, mistake.old, mistake.new)
        let problems = try files.load().problems
        let wanted = mistake.place == "resources" ? "" : mistake.place
        #expect(
            problems.contains { $0.hasPrefix(wanted) && $0.contains(mistake.words) }, "\(problems)")
    }

    @Test func `two entries of one name are both named`() throws {
        var files = Files()
        files.files["profiles/other.yaml"] = files.files["profiles/minute.yaml"]
        let problems = try files.load().problems
        #expect(problems.count == 1)
        #expect(
            problems.first?.hasPrefix(
                "profiles/other.yaml:1:7: “name” “minute” is already the name of profiles/minute.yaml"
            ) == true)
    }

    @Test func `all mistakes are reported in one run`() throws {
        var files = Files()
        try files.replace("profiles/minute.yaml", "title", "titel")
        try files.replace("graph_templates/traffic.yaml", "blue", "green")
        try files.replace("device_templates/generic.yaml", "[traffic]", "[nothing]")
        #expect(try files.load().problems.count >= 4)
    }

    @Test func `a site's entry replaces the shipped one of the same name`() throws {
        let shipped = try TemporaryFolder()
        let site = try TemporaryFolder()
        for (name, text) in Files().files { try shipped.write(text, to: name) }
        try site.write(
            "name: generic\ntitle: Ours\nsource: us\ngraphs: [traffic]\n",
            to: "device_templates/generic.yaml")
        let (catalogue, problems) = CatalogueLoader.load([shipped.path, site.path])
        #expect(problems.isEmpty)
        #expect(catalogue.deviceTemplates["generic"]?.title == "Ours")
    }

    @Test(arguments: [
        "", "- a\n- b\n", "just text", "\t", "a: [", "&a [*a]",
        String(repeating: "[", count: 5_000),
    ])
    func `files that are no mapping are refused, whatever they are`(text: String) throws {
        var files = Files()
        files.files["profiles/odd.yaml"] = text
        #expect(try files.load().problems.contains { $0.hasPrefix("profiles/odd.yaml") })
    }

    @Test func `bytes that are no UTF-8, a huge file and .yml are refused`() throws {
        let folder = try TemporaryFolder()
        try folder.write("x: 1\n", to: "profiles/late.yml")
        try folder.write(String(repeating: "#", count: 1 << 20 + 1), to: "profiles/huge.yaml")
        try Data([0x6e, 0xff, 0xfe]).write(to: URL(filePath: "\(folder.path)/profiles/latin.yaml"))
        let problems = CatalogueLoader.load([folder.path]).problems.map(\.description)
        #expect(problems.contains { $0.contains("late.yml") && $0.contains("rename it") })
        #expect(problems.contains { $0.contains("huge.yaml") && $0.contains("is longer than") })
        #expect(problems.contains { $0.contains("latin.yaml") && $0.contains("is not UTF-8") })
    }
}
