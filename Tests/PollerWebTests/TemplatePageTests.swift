import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct TemplatePageTests {
    @Test func `what there is is listed by kind, and found by name, title and source`()
        async throws
    {
        let fixture = try WebFixture(devices: 3)
        let devices = try await fixture.get("/templates")
        #expect(devices.status == 200 && devices.body.contains("Device templates ("))
        let graphs = try await fixture.get("/templates?kind=graph-template&q=interface_traffic")
            .body
        #expect(graphs.contains("href=\"/templates/graph-template/interface_traffic\""))
        #expect(graphs.contains("<td>3 graphs</td>") && graphs.contains(".yaml"))
        #expect(try await fixture.get("/templates?q=zzzz").body.contains("None of the"))
        #expect(try await fixture.get("/templates?kind=x").status == 400)
    }

    @Test func `an entry is described in words, with links to what it names`() async throws {
        let fixture = try WebFixture(devices: 3)
        let graph = try await fixture.get("/templates/graph-template/interface_traffic").body
        #expect(graph.contains("href=\"/templates/data-template/interface_traffic\""))
        #expect(graph.contains("<td>Inbound</td>") && graph.contains("bits per second"))
        #expect(graph.contains("href=\"/graphs?template=interface_traffic\">3 graphs"))
        let query = try await fixture.get("/templates/data-query/interfaces").body
        #expect(query.contains("<td>ifName</td>") && query.contains("1.3.6.1.2.1."))
        for (path, status) in [
            ("/templates/graph-template/none", 404), ("/templates/none/interfaces", 404),
            ("/templates/device-template/generic_snmp", 200),
            ("/templates/data-template/interface_traffic", 200),
        ] {
            #expect(try await fixture.get(path).status == status, "\(path)")
        }
    }

    @Test func `every shipped entry has a page`() async throws {
        let catalogue = ShippedCatalogue.catalogue
        for kind in TemplateKind.allCases {
            for entry in TemplateEntry.all(kind, catalogue) {
                let definition = try #require(
                    TemplateDefinition(kind, entry.name, in: catalogue))
                #expect(!definition.facts.isEmpty)
                #expect(catalogue.origins["\(kind.folder)/\(entry.name)"] != nil)
            }
        }
    }
}
