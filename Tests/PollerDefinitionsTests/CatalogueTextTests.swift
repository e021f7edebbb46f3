import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerDefinitions

@Suite struct CatalogueTextTests {
    private func shippedAndSite(_ body: (TemporaryFolder) throws -> Void) throws
        -> (CatalogueText, String)
    {
        let folder = try TemporaryFolder()
        try body(folder)
        kept.append(folder)
        return (CatalogueText([Places.resources, folder.path]), folder.path)
    }

    /// Folders live as long as the test.
    private final class Kept {
        var folders: [TemporaryFolder] = []
        func append(_ folder: TemporaryFolder) { folders.append(folder) }
    }
    private let kept = Kept()

    @Test func `a file holds several entries, each with its line and its own text`() throws {
        let (text, path) = try shippedAndSite {
            try $0.write(
                """
                # Two of them.
                name: rack_a
                title: A
                class: pdu
                graphs: [uptime]
                ---
                title: "B --- b"
                name: 'rack_b'
                offers: [poll_time]
                tables: [interfaces]
                ...
                --- {name: rack_c, title: C}
                ---
                """, to: "device_templates/racks.yaml")
        }
        let racks = text.entries.filter { $0.name.hasPrefix("rack_") }
        #expect(racks.map(\.name) == ["rack_a", "rack_b", "rack_c"])
        #expect(racks.map(\.line) == [2, 8, 12])
        #expect(racks[0].deviceClass == "pdu" && racks[1].title == "B --- b")
        #expect(racks.allSatisfy { $0.isSite && $0.path.hasPrefix(path) })
        #expect(
            racks[1].references.map(\.name) == ["poll_time", "interfaces"]
                && racks[1].references.map(\.kind) == [.graphTemplate, .dataQuery])
        #expect(racks[0].text.hasPrefix("# Two of them.") && !racks[0].text.contains("rack_b"))
        let uptime = try #require(text.entry("uptime"))
        #expect(uptime.kind == .graphTemplate && !uptime.isSite)
        #expect(text.entry("uptime", kind: .dataTemplate)?.kind == .dataTemplate)
        #expect(text.users(of: uptime).contains { $0.name == "rack_a" })
    }

    @Test func `a site's entry takes the place of a shipped one, and broken files have none`()
        throws
    {
        let (text, _) = try shippedAndSite {
            try $0.write("name: generic_snmp\ntitle: Ours\n", to: "device_templates/x.yaml")
            try $0.write("name: [\n", to: "device_templates/y.yaml")
            try $0.write("title: nameless\n", to: "device_templates/z.yaml")
        }
        let generic = try #require(text.entry("generic_snmp"))
        #expect(generic.isSite && generic.title == "Ours")
    }

    @Test func `a copy is the text under a new name, comments and all`() throws {
        let (text, site) = try shippedAndSite {
            try $0.write(
                """
                ---
                # generic_name is what it is called.
                title: "generic_name"   # a title
                name: "generic_name"    # its name
                source: s
                """, to: "device_templates/x.yaml")
        }
        let entry = try #require(text.entry("generic_name"))
        let clone = try CatalogueClone(
            of: entry, as: "mine", isDeep: false, in: text, siteFolder: site)
        #expect(clone.files.map(\.path) == ["\(site)/device_templates/mine.yaml"])
        #expect(
            clone.files[0].text == """
                # generic_name is what it is called.
                title: "generic_name"   # a title
                name: "mine"    # its name
                source: s

                """)
    }

    @Test func `a deep copy refers to its own copies, and the catalogue loads with it`() throws {
        let (text, site) = try shippedAndSite { _ in }
        let entry = try #require(text.entry("net_snmp_linux"))
        let clone = try CatalogueClone(
            of: entry, as: "mine", isDeep: true, in: text, siteFolder: site)
        try clone.write()
        let (catalogue, problems) = CatalogueLoader.load([Places.resources, site])
        #expect(problems.isEmpty, "\(problems)")
        let shipped = try #require(catalogue.deviceTemplates["net_snmp_linux"])
        let mine = try #require(catalogue.deviceTemplates["mine"])
        #expect(mine.graphs == shipped.graphs.map { "mine_\($0)" })
        for graph in mine.graphs {
            let template = try #require(catalogue.graphTemplates[graph])
            #expect(template.dataTemplate.hasPrefix("mine_"))
            let query = catalogue.dataTemplates[template.dataTemplate]?.query
            #expect(query.map { $0.hasPrefix("mine_") } ?? true)
        }
        // What three refer to is copied once.
        #expect(Set(clone.files.map(\.path)).count == clone.files.count)
        clone.undo()
        #expect(CatalogueText([site]).entries.isEmpty)
    }

    @Test func `nothing is written over, and of several copies all are written or none`() throws {
        let (text, site) = try shippedAndSite {
            try $0.write("name: other\ntitle: O\n", to: "graph_templates/mine_uptime.yaml")
        }
        let entry = try #require(text.entry("generic_snmp"))
        let clone = try CatalogueClone(
            of: entry, as: "mine", isDeep: true, in: text, siteFolder: site)
        #expect { try clone.write() } throws: {
            if case .taken(let problem)? = $0 as? CatalogueClone.Failure {
                return problem.place.hasSuffix("graph_templates/mine_uptime.yaml")
            }
            return false
        }
        #expect(CatalogueText([site]).entries.map(\.name) == ["other"])
        for (name, isTaken) in [("generic_snmp", true), ("No name", false), ("../x", false)] {
            #expect {
                try CatalogueClone(of: entry, as: name, isDeep: false, in: text, siteFolder: site)
            } throws: {
                if case .taken? = $0 as? CatalogueClone.Failure { return isTaken }
                return $0 is CatalogueClone.Failure && !isTaken
            }
        }
    }
}
