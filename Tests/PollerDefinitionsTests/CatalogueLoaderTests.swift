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

    @Test(arguments: CatalogueMistakes.all.indices)
    func `each mistake is one line with its place and a way out`(number: Int) throws {
        let mistake = CatalogueMistakes.all[number]
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

    @Test func `a site replaces a data template and its graph together`() throws {
        let shipped = try TemporaryFolder()
        let site = try TemporaryFolder()
        for (name, text) in Files().files { try shipped.write(text, to: name) }
        for (folder, file) in [("data_templates", "traffic"), ("graph_templates", "traffic")] {
            let text = try #require(Files().files["\(folder)/\(file).yaml"])
            try site.write(
                text.replacing("octets_in", with: "bytes_in"), to: "\(folder)/ours.yaml")
        }
        let (catalogue, problems) = CatalogueLoader.load([shipped.path, site.path])
        #expect(problems.map(\.description) == [])
        #expect(catalogue.dataTemplates["traffic"]?.items.map(\.name) == ["bytes_in"])
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
