import TestSupport
import Testing

@testable import PollerModel

/// What a page says of a picture in words.
@Suite struct GraphNumbersTextTests {
    private func report(_ format: GraphTemplate.NumberFormat) throws -> GraphNumbersReport {
        var fixture = GraphFixture()
        fixture.items = [.series(GraphFixture.series("Fan", "v", format: format))]
        fixture.value = { _, _, end, _ in end % 120 < 60 ? 1 : 2 }
        let definition = try CatalogueFixture().device(interfaces: ["ge-0"])
        return GraphNumbersReport(
            try fixture.plan(), of: .graph(definition.graphs[0], definition), hasRows: false)
    }

    @Test func `a mean of counts is told, and one of states is none`() throws {
        let counts = try report(.whole)
        #expect(counts.summary == "Fan: average 1.50, maximum 2")
        #expect(counts.text(.average, of: counts.series[0]) == "1.50")
        let states = try report(.state)
        #expect(states.summary == "Fan: maximum 2")
        #expect(states.text(.average, of: states.series[0]).isEmpty)
        #expect(states.text(.percentile, of: states.series[0]).isEmpty)
        #expect(states.text(.current, of: states.series[0]) != "")
    }
}
