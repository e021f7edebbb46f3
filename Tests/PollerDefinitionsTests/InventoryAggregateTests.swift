import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Graphs of many data sources, in a real database.
@Suite struct InventoryAggregateTests {
    private func order(_ fill: (inout AggregateOrder) -> Void) -> AggregateOrder {
        var order = AggregateOrder()
        order.title = "All"
        order.template = "interface_traffic"
        order.arrangement = "sum"
        fill(&order)
        return order
    }

    private func traffic(_ definition: DeviceDefinition) -> [DataSourceID] {
        definition.dataSources.filter { $0.template == "interface_traffic" }.map(\.id)
    }

    private func failure(
        _ body: () async throws(InventoryFailure) -> Aggregate
    ) async -> InventoryFailure? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func `an aggregate is kept as it was ordered`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let version = fixture.inventory.definitions.version
        let list = try await fixture.inventory.makeAggregate(
            order {
                $0.sources = traffic(added).reversed()
                ($0.mirrored, $0.unknowns) = (true, "known")
                $0.palette = .own([Color(0x0067a5), Color(0x112233)])
            }, at: fixture.now)
        #expect(fixture.inventory.definitions.version == version + 1)
        let rule = try await fixture.inventory.makeAggregate(
            order {
                var rule = MemberRule()
                rule.devices = [added.device.id]
                (rule.nameLike, rule.tag, rule.site) = (Glob("sw*"), "a", "ATTIC")
                (rule.deviceTemplate, rule.titleLike) = ("generic_snmp", Glob("*"))
                $0.rule = rule
                ($0.arrangement, $0.total, $0.skip) = ("stack", true, ["Outbound"])
                $0.palette = .named(.viridis)
            }, at: fixture.now)
        let kept = fixture.inventory.definitions.aggregates
        #expect(kept == [list.id: list, rule.id: rule])
        #expect(list.members == .list(traffic(added).reversed()))
        try fixture.inventory.close()
        #expect(try fixture.reopened().definitions.aggregates == kept)
        #expect(Inventory.problem(at: fixture.folder.path + "/pollerd.sqlite") == nil)
    }

    @Test func `no graph and no aggregate ever has the number of another`() async throws {
        let fixture = try InventoryFixture()
        // Before there is any graph at all.
        let first = try await fixture.inventory.makeAggregate(
            order { $0.rule = rule("a") }, at: fixture.now)
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let second = try await fixture.inventory.makeAggregate(
            order { $0.rule = rule("a") }, at: fixture.now)
        _ = try await fixture.inventory.removeAggregate(second.id)
        let third = try await fixture.inventory.makeAggregate(
            order { $0.rule = rule("a") }, at: fixture.now)
        let other = try await fixture.inventory.add(
            fixture.new("sw2", host: "192.0.2.2"), at: fixture.now)
        let graphs = (added.graphs + other.graphs).map(\.id)
        let ids = graphs + [first.id, second.id, third.id]
        #expect(Set(ids).count == ids.count)
        #expect(graphs.count == 6 && third.id > second.id)
        #expect(fixture.inventory.definitions.drawing(first.id)?.title == "All")
    }

    private func rule(_ tag: String) -> MemberRule {
        var rule = MemberRule()
        rule.tag = tag
        return rule
    }

    @Test func `the database itself refuses a number that both would have`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let aggregate = try await fixture.inventory.makeAggregate(
            order { $0.rule = rule("a") }, at: fixture.now)
        #expect(throws: DatabaseError.self) {
            try fixture.tamper(
                """
                INSERT INTO aggregate SELECT \(added.graphs[0].id), title, template, rule,
                    arrangement, is_mirrored, has_total, unknowns, skipped, palette, created_at
                    FROM aggregate
                """)
        }
        let source = try #require(added.dataSources.last)
        #expect(throws: DatabaseError.self) {
            try fixture.tamper(
                """
                INSERT INTO graph (id, device, template, data_source, title)
                    VALUES (\(aggregate.id), \(added.device.id), 'x', \(source.id), 'x')
                """)
        }
    }

    @Test func `what an order asks for is looked at, and nothing is made of one that cannot be`()
        async throws
    {
        let fixture = try InventoryFixture()
        let version = fixture.inventory.definitions.version
        let refused = await failure { () async throws(InventoryFailure) -> Aggregate in
            try await fixture.inventory.makeAggregate(
                order { $0.sources = [DataSourceID(7)] }, at: fixture.now)
        }
        guard case .unfitAggregate(let mistake)? = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        #expect(mistake.words == "there is no data source 7")
        #expect(fixture.inventory.definitions.version == version)
        let unknown = await failure { () async throws(InventoryFailure) -> Aggregate in
            try await fixture.inventory.changeAggregate(GraphID(7), to: AggregateOrder())
        }
        #expect(unknown == .unknownGraph(GraphID(7)))
        let absent = await failure { () async throws(InventoryFailure) -> Aggregate in
            try await fixture.inventory.removeAggregate(GraphID(7))
        }
        #expect(absent == .unknownGraph(GraphID(7)))
    }

    @Test func `a change and a removal are kept`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let made = try await fixture.inventory.makeAggregate(
            order { $0.sources = traffic(added) }, at: fixture.now)
        var change = AggregateOrder()
        change.title = "Less"
        change.sources = [traffic(added)[1]]
        let changed = try await fixture.inventory.changeAggregate(made.id, to: change)
        #expect(changed.title == "Less" && changed.members == .list([traffic(added)[1]]))
        change = AggregateOrder()
        change.rule = rule("a")
        let ruled = try await fixture.inventory.changeAggregate(made.id, to: change)
        #expect(ruled.members == .rule(rule("a")) && ruled.title == "Less")
        try fixture.inventory.close()
        let again = try fixture.reopened()
        #expect(again.definitions.aggregates == [made.id: ruled])
        #expect(try await again.removeAggregate(made.id) == ruled)
        #expect(again.definitions.aggregates.isEmpty)
        try again.close()
        #expect(try fixture.reopened().definitions.aggregates.isEmpty)
    }

    @Test func `what goes with a device or a graph is in no list any more, also after a restart`()
        async throws
    {
        let fixture = try InventoryFixture()
        let first = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        let second = try await fixture.inventory.add(
            fixture.new("sw2", host: "192.0.2.2"), at: fixture.now)
        let made = try await fixture.inventory.makeAggregate(
            order { $0.sources = traffic(first) + traffic(second) }, at: fixture.now)
        _ = try await fixture.inventory.remove(first.device.id)
        let members = { fixture.inventory.definitions.aggregates[made.id]?.members }
        #expect(members() == .list(traffic(second)))
        let graph = try #require(second.graphs.first { $0.dataSource == traffic(second)[0] })
        _ = try await fixture.inventory.removeGraph(graph.id)
        #expect(members() == .list([traffic(second)[1]]))
        try fixture.inventory.close()
        let again = try fixture.reopened()
        #expect(again.definitions.aggregates[made.id]?.members == .list([traffic(second)[1]]))
        _ = try await again.remove(second.device.id)
        #expect(again.definitions.aggregates[made.id]?.members == .list([]))
        try again.close()
        #expect(try fixture.reopened().definitions.aggregates[made.id]?.members == .list([]))
    }

    @Test func `a database of before gets the tables, and keeps what it has`() async throws {
        let fixture = try InventoryFixture()
        let added = try await fixture.inventory.add(fixture.new("sw1"), at: fixture.now)
        try fixture.tamper(
            """
            DROP TRIGGER graph_is_no_aggregate;
            DROP TABLE aggregate_member;
            DROP TABLE aggregate;
            DELETE FROM grdb_migrations WHERE identifier LIKE '11 %';
            """)
        let again = try fixture.reopened()
        #expect(again.definitions.devices[added.device.id] == added)
        let made = try await again.makeAggregate(
            order { $0.sources = traffic(added) }, at: fixture.now)
        #expect(added.graphs.allSatisfy { $0.id < made.id })
    }

    @Test func `an aggregate that cannot be read is named, and its content is not`() async throws {
        let fixture = try InventoryFixture()
        let made = try await fixture.inventory.makeAggregate(
            order { $0.rule = rule("s3cret") }, at: fixture.now)
        try fixture.tamper("UPDATE aggregate SET palette = '{}'")
        do {
            _ = try fixture.reopened()
            Issue.record("it was read")
        } catch let error as InventoryFailure {
            #expect(error.words.contains("row \(made.id) of the table aggregate"))
            #expect(!error.words.contains("s3cret"))
        }
        #expect(Inventory.problem(at: fixture.folder.path + "/pollerd.sqlite") != nil)
    }
}
