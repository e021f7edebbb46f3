import Foundation
import PollerModel
import Synchronization
import TestSupport
import Testing

@testable import PollerWeb

@Suite struct GraphPageTests {
    @Test func `below each picture stand its numbers, and where its rows are`() async throws {
        let page = try await WebFixture().get("/graphs/1").body
        let tables = page.components(separatedBy: "<summary>Numbers as a table</summary>")
        #expect(tables.count == 5)
        for table in tables.dropFirst() {
            #expect(table.contains("<th scope=\"row\">Inbound</th><td class=\"number\">"))
            #expect(table.contains("In bits per second, totals in B; means of "))
        }
        #expect(page.contains("href=\"/graphs/1.csv?from=now-1d&amp;to=now\""))
        #expect(page.contains("href=\"/graphs/1.svg?from=now-1y&amp;to=now\""))
        #expect(page.contains("href=\"/api/v1/graphs/1/command?from=now-7d&amp;to=now\""))
        #expect(page.contains("alt=\"sw1 - Traffic, Day. Inbound: average 3"))
    }

    @Test func `how a graph is looked at stays when the range changes`() async throws {
        let page = try await WebFixture().get("/graphs/1?axis=log&compare=day&from=now-2h&to=now")
            .body
        let view = "&amp;axis=log&amp;compare=day"
        #expect(page.contains("/graphs/1.png?from=now-2h&amp;to=now&amp;width=700"))
        #expect(page.contains("&amp;theme=dark&amp;scale=2\(view)"))
        #expect(page.contains("href=\"/graphs/1?from=now-6h&amp;to=now\(view)\""))
        #expect(page.contains("<input type=\"hidden\" name=\"axis\" value=\"log\">"))
        #expect(page.contains("href=\"/graphs/1?from=now-2h&amp;to=now&amp;compare=day\">linear"))
        #expect(page.contains("aria-current=\"true\">logarithmic</a>"))
        #expect(page.contains("/graphs/1.csv?from=now-2h&amp;to=now\(view)\""))
    }

    @Test func `only what a graph has is switched`() async throws {
        let page = try await WebFixture().get("/graphs/1").body
        #expect(page.contains(">bytes</a>") && page.contains(">the week before</a>"))
        // Nobody knows the speed of this interface.
        #expect(!page.contains("% of speed"))
        let parts = ViewSwitches().groups(unit: "packets", hasCapacity: true, base: "/graphs/1?")
        #expect(parts.map(\.name) == ["Compare with", "Axis", "95th percentile"])
        #expect(parts[1].choices.map(\.text) == ["linear", "logarithmic", "% of speed"])
        let links = parts[1].choices.map(\.link)
        #expect(links == ["/graphs/1", "/graphs/1?axis=log", "/graphs/1?axis=percent"])
    }

    @Test func `a way to look that there is not is said on the page`() async throws {
        let answer = try await WebFixture().get("/graphs/1?axis=round")
        #expect(answer.status == 400 && answer.body.contains("“axis” cannot be “round”"))
        #expect(answer.body.contains("<summary>Numbers as a table</summary>"))
        #expect(!answer.body.contains("axis=round"))
    }

    @Test func `what is not known is said in place of numbers`() async throws {
        let fixture = try WebFixture()
        fixture.store.failure.withLock { $0 = .stopped }
        let page = try await fixture.get("/graphs/1?from=now-1h&to=now").body
        #expect(page.contains("0.0 % of the values are known"))
        #expect(page.contains("<td class=\"number\">–</td>"))
        #expect(!page.lowercased().contains(">nan"))
    }
}
