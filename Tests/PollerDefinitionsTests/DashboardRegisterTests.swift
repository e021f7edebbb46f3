import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Dashboards in a real database.
@Suite struct DashboardRegisterTests {
    private let fixture: InventoryFixture
    private var register: Inventory { fixture.inventory }

    init() throws { fixture = try InventoryFixture() }

    private func tiles() throws -> [DashboardTile] {
        let from = try #require(TimeExpression("now-7d/d"))
        let to = try #require(TimeExpression("now/d"))
        var rule = MemberRule()
        rule.site = "ATTIC"
        return [
            DashboardTile(title: "Uplink", content: .graph(GraphID(7), from: from, to: to)),
            DashboardTile(content: .text("<b>one</b>\ntwo")),
            DashboardTile(content: .top(TopList(template: "t", item: "i", count: 5))),
            DashboardTile(content: .states(MemberRule())), DashboardTile(content: .states(rule)),
        ]
    }

    @Test func `dashboards are kept as they were changed`() async throws {
        #expect(try await register.dashboards().isEmpty)
        let tiles = try tiles()
        let made = try await register.addDashboard(
            named: "Wall", with: [.columns(3), .tiles(tiles)], owner: .peer("anna"), at: fixture.now
        )
        #expect(made.id == DashboardID(1) && made.version == 1 && made.owner == "anna")
        let later = fixture.now.advanced(seconds: 5)
        let changed = try await register.changeDashboard(
            made.id, from: 1, with: [.share(true), .rename("TV"), .stepTile(1, .up)], by: "bert",
            at: later)
        #expect(changed.version == 2 && changed.changedBy == "bert" && changed.changedAt == later)
        #expect(changed.tiles == [tiles[1], tiles[0]] + tiles[2...] && changed.owner == "anna")
        try register.close()
        let reopened = try fixture.reopened()
        #expect(try await reopened.dashboards() == [changed])
        #expect(try await reopened.dashboard(made.id) == changed)
        #expect(try await reopened.dashboard(DashboardID(2)) == nil)
    }

    @Test func `a change of an older version is refused, and says who was faster`() async throws {
        let made = try await register.addDashboard(
            named: "Wall", with: [], owner: .peer("anna"), at: fixture.now)
        _ = try await register.changeDashboard(
            made.id, from: nil, with: [.columns(1)], by: "bert", at: fixture.now)
        for change in [DashboardChange.columns(4), .rename("x")] {
            await #expect {
                try await register.changeDashboard(
                    made.id, from: 1, with: [change], by: "anna", at: fixture.now)
            } throws: {
                let failure = $0 as? DashboardFailure
                return failure?.code == "version_conflict"
                    && failure?.words.contains("bert saved “Wall”") == true
            }
        }
        await #expect(throws: DashboardFailure.self) {
            try await register.removeDashboard(made.id, from: 1)
        }
        #expect(try await register.removeDashboard(made.id, from: 2).columns == 1)
        await #expect(throws: DashboardFailure.unknown(made.id)) {
            try await register.removeDashboard(made.id, from: nil)
        }
    }

    @Test func `all changes are made, or none`() async throws {
        let made = try await register.addDashboard(
            named: "Wall", with: [], owner: .peer("anna"), at: fixture.now)
        await #expect(throws: DashboardFailure.self) {
            try await register.changeDashboard(
                made.id, from: 1, with: [.rename("x"), .columns(9)], by: "anna", at: fixture.now)
        }
        #expect(try await register.dashboard(made.id) == made)
        await #expect(throws: DashboardFailure.self) {
            try await register.addDashboard(named: "", with: [], owner: .peer("a"), at: fixture.now)
        }
        #expect(try await register.dashboards() == [made])
    }

    @Test func `there are a thousand at most`() async throws {
        try fixture.tamper(
            """
            INSERT INTO dashboard
                (name, owner, is_shared, columns, tiles, version, changed_at, changed_by)
                WITH RECURSIVE number (n) AS (
                    SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < \(Dashboard.largestCount))
                SELECT 'x', 'anna', 0, 2, '[]', 1, 0, 'anna' FROM number;
            """)
        let full = try fixture.reopened()
        let last = try await full.addDashboard(
            named: "last", with: [], owner: .peer("anna"), at: fixture.now)
        await #expect(throws: DashboardFailure.tooMany) {
            try await full.addDashboard(
                named: "more", with: [], owner: .peer("anna"), at: fixture.now)
        }
        _ = try await full.removeDashboard(last.id, from: nil)
        let next = try await full.addDashboard(
            named: "next", with: [], owner: .peer("anna"), at: fixture.now)
        #expect(next.id > last.id)
    }

    @Test(arguments: [
        "UPDATE dashboard SET changed_at = -1",
        #"UPDATE dashboard SET tiles = '[{"kind":"graph"}]'"#, "UPDATE dashboard SET tiles = '7'",
    ])
    func `one that cannot be read is a failure with words`(sql: String) async throws {
        _ = try await register.addDashboard(
            named: "x", with: [], owner: .peer("a"), at: fixture.now)
        try fixture.tamper(sql)
        let reopened = try fixture.reopened()
        await #expect {
            try await reopened.dashboards()
        } throws: { ($0 as? DashboardFailure)?.words.contains("readable") == true }
    }
}
