import PollerModel
import TestSupport
import Testing

/// What dashboards are, and how they are changed.
@Suite struct DashboardTests {
    private func dashboard(_ changes: DashboardChange...) throws -> Dashboard {
        var dashboard = Dashboard(
            id: DashboardID(1), name: "Wall", owner: "anna", ownerAccount: nil,
            changedAt: TreeFixture.now,
            changedBy: "anna")
        for change in changes { try dashboard.apply(change) }
        return dashboard
    }

    private func text(_ text: String) -> DashboardTile { DashboardTile(content: .text(text)) }

    private func texts(_ dashboard: Dashboard) -> [String] {
        dashboard.tiles.map { if case .text(let text) = $0.content { text } else { "?" } }
    }

    private func refusal(_ change: DashboardChange) throws -> String? {
        let before = try dashboard(.tiles([text("a"), text("b")]))
        var dashboard = before
        do {
            try dashboard.apply(change)
            return nil
        } catch {
            #expect(dashboard == before)
            return error.words
        }
    }

    @Test func `tiles are added, changed, moved and removed by their places`() throws {
        var dashboard = try dashboard(.addTile(text("a")), .addTile(text("b")), .addTile(text("c")))
        try dashboard.apply(.stepTile(2, .up))
        #expect(texts(dashboard) == ["a", "c", "b"])
        try dashboard.apply(.stepTile(0, .up))
        try dashboard.apply(.stepTile(2, .down))
        #expect(texts(dashboard) == ["a", "c", "b"])
        try dashboard.apply(.setTile(1, text("C")))
        try dashboard.apply(.removeTile(0))
        #expect(texts(dashboard) == ["C", "b"])
        for place in [-1, 2] {
            #expect(try refusal(.removeTile(place)) != nil)
            #expect(try refusal(.stepTile(place, .up)) != nil)
            #expect(try refusal(.setTile(place, text("x"))) != nil)
        }
    }

    @Test func `a dashboard has sixty tiles and four columns at most`() throws {
        let full = Array(repeating: text("x"), count: Dashboard.largestTileCount)
        var dashboard = try dashboard(.tiles(full))
        #expect(throws: DashboardFailure.self) { try dashboard.apply(.addTile(text("y"))) }
        #expect(try refusal(.tiles(full + [text("y")])) != nil)
        for (columns, isFit) in [(0, false), (1, true), (4, true), (5, false)] {
            #expect((try refusal(.columns(columns)) == nil) == isFit, "\(columns)")
        }
        let longest = String(repeating: "ü", count: Dashboard.longestName)
        for (name, isFit) in [
            (longest, true), (longest + "x", false), ("", false), ("a\nb", false),
        ] {
            #expect((try refusal(.rename(name)) == nil) == isFit, "\(name)")
        }
    }

    private func viewer(_ id: Int64, _ name: String, _ role: Role) throws -> Viewer {
        Viewer(
            Account(
                id: AccountID(id), name: try AccountName(name), role: role,
                createdAt: TreeFixture.now, passwordChangedAt: TreeFixture.now))
    }

    @Test func `a private one is its owner's, and administrators see and change all`() throws {
        func of(_ owner: Viewer, isShared: Bool = false) -> Dashboard {
            Dashboard(
                id: DashboardID(1), name: "Wall", owner: owner.name, ownerAccount: owner.account,
                isShared: isShared, changedAt: TreeFixture.now, changedBy: owner.name)
        }
        let (anna, bert) = try (viewer(1, "anna", .operator), viewer(2, "bert", .operator))
        let boss = try viewer(3, "boss", .administrator)
        let (own, shared) = (of(anna), of(anna, isShared: true))
        #expect(own.isVisible(to: anna) && own.isChangeable(by: anna))
        #expect(!own.isVisible(to: bert) && !own.isChangeable(by: bert))
        #expect(own.isVisible(to: boss) && own.isChangeable(by: boss))
        #expect(shared.isVisible(to: bert) && !shared.isChangeable(by: bert))
        #expect(shared.isVisible(to: .guest) && !own.isVisible(to: .guest))
        // Another account of the same name, and a user of the machine, are others.
        let later = try viewer(4, "anna", .operator)
        #expect(!own.isOwned(by: later) && !own.isOwned(by: .peer("anna")))
        let local = of(.peer("root"))
        #expect(local.isOwned(by: .peer("root")) && !local.isOwned(by: .peer("other")))
        #expect(try !local.isVisible(to: viewer(5, "root", .operator)))
    }

    // MARK: Tiles

    private func tile(
        _ kind: String, _ fill: (inout DashboardTileOrder) -> Void = { _ in }
    ) throws(DashboardFailure) -> DashboardTile {
        var order = DashboardTileOrder(.text)
        order.kind = kind
        fill(&order)
        return try order.tile(in: TreeFixture.definitions)
    }

    @Test func `a tile is kept as it was ordered`() throws {
        let tiles = try [
            tile("graph") { ($0.graph, $0.title) = (GraphID(1_000), "Uplink") },
            tile("graph") { ($0.graph, $0.from, $0.to) = (GraphID(900), "now-7d/d", "now/d") },
            tile("text") { $0.text = "one\r\ntwo\u{7}" }, tile("states"),
            tile("states") { $0.rule = AggregateFixture.rule { $0.site = "ATTIC" } },
            tile("top") { ($0.template, $0.count) = ("interface_traffic", 5) },
        ]
        for tile in tiles { #expect(DashboardTileOrder(tile).kept == tile) }
        #expect(tiles[2].content == .text("one\ntwo\u{2407}"))
        #expect(
            tiles[5].content
                == .top(TopList(template: "interface_traffic", item: "traffic_in", count: 5)))
        guard case .graph(_, let from, let to) = tiles[0].content else {
            Issue.record("it is no graph")
            return
        }
        #expect(from.text == "now-1d" && to.text == "now")
    }

    @Test func `a tile names what there is`() throws {
        for (words, kind, fill): (String, String, (inout DashboardTileOrder) -> Void) in [
            ("did you mean “graph”", "grahp", { _ in }), ("no graph is named", "graph", { _ in }),
            ("no graph 5", "graph", { $0.graph = GraphID(5) }),
            ("is no time", "graph", { ($0.graph, $0.from) = (GraphID(900), "yesterday") }),
            ("1 to 2000", "text", { $0.text = " \n " }),
            ("1 to 2000", "text", { $0.text = String(repeating: "x", count: 2_001) }),
            ("no data template", "top", { $0.template = "traffic" }),
            ("no field", "top", { ($0.template, $0.item) = ("interface_traffic", "in") }),
            ("1 to 50", "top", { ($0.template, $0.count) = ("interface_traffic", 51) }),
            ("1 to 50", "top", { ($0.template, $0.count) = ("interface_traffic", 0) }),
            (
                "no device 9", "states",
                { $0.rule = AggregateFixture.rule { $0.devices = [DeviceID(9)] } }
            ), ("a title is", "states", { $0.title = "a\nb" }),
        ] {
            do {
                _ = try tile(kind, fill)
                Issue.record("\(words)")
            } catch {
                #expect(error.words.contains(words), "\(error.words)")
            }
        }
        let longest = String(repeating: "x", count: DashboardTile.longestText)
        #expect(try tile("text") { $0.text = longest }.content == .text(longest))
    }

    // MARK: The largest

    private static func status(_ value: Double, of item: String = "traffic_in") -> SourceStatus {
        SourceStatus(
            items: [SourceStatus.Item(name: item, raw: nil, shown: .success(value))],
            sampledAt: TreeFixture.now)
    }

    private static func value(_ list: TopList, _ status: SourceStatus) -> Double? {
        guard case .success(let value)? = status.items.first(where: { $0.name == list.item })?.shown
        else { return nil }
        return value
    }

    /// The data sources of a list of inbound traffic, where that is known of these.
    private func top(
        _ count: Int, in definitions: Definitions = TreeFixture.definitions,
        _ values: [DataSourceID: Double]
    ) -> [DataSourceID] {
        let list = TopList(template: "interface_traffic", item: "traffic_in", count: count)
        let found = TopList.entries(of: [list], in: definitions) { sources in
            sources.map { source in values[source.id].map { Self.status($0) } }
        } value: { list, status, _, _ in
            Self.value(list, status)
        }
        return found[0].map(\.source.id)
    }

    @Test func `the largest values come first, and those that are unknown not at all`() {
        let values: [DataSourceID: Double] = [
            DataSourceID(1_000): 5, DataSourceID(1_001): 7, DataSourceID(2_000): 7,
            DataSourceID(2_001): .nan, DataSourceID(3_000): 1,
        ]
        #expect(top(10, values).map(\.rawValue) == [1_001, 2_000, 1_000, 3_000])
        #expect(top(3, values).map(\.rawValue) == [1_001, 2_000, 1_000])
        #expect(top(1, values).map(\.rawValue) == [1_001])
    }

    @Test func `several lists take one look at each device, and none without a list`() {
        let inward = TopList(template: "interface_traffic", item: "traffic_in")
        let outward = TopList(template: "interface_traffic", item: "traffic_out")
        let other = TopList(template: "interface_errors", item: "x")
        var looks: [DeviceID] = []
        func look(_ lists: [TopList]) -> [[TopList.Entry]] {
            looks = []
            return TopList.entries(of: lists, in: TreeFixture.definitions) { sources in
                looks.append(sources[0].device)
                return sources.map { source in
                    Self.status(Double(source.id.rawValue), of: "traffic_in")
                }
            } value: { list, status, _, _ in
                Self.value(list, status)
            }
        }
        let found = look([outward, inward, other])
        #expect(found[0].isEmpty && !found[1].isEmpty && found[2].isEmpty)
        #expect(Set(looks).count == looks.count && !looks.isEmpty)
        let none = look([])
        #expect(none.isEmpty && looks.isEmpty)
    }

    @Test func `the largest are those that sorting gives`() {
        var generator = SeededGenerator(seed: 5)
        let devices = (1...40).map {
            AggregateFixture.device($0, "d\($0)", titles: (0..<5).map { "t\($0)" })
        }
        let definitions = AggregateFixture.definitions(devices)
        let values = Dictionary(
            uniqueKeysWithValues: devices.flatMap(\.dataSources).map {
                ($0.id, Double(Int.random(in: 0..<50, using: &generator)))
            })
        let sorted = values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        #expect(top(30, in: definitions, values) == Array(sorted.prefix(30)))
    }

    @Test func `a device that is switched off has no values at present`() {
        let device = AggregateFixture.device(1, "off", titles: ["t"])
        var off = device.device
        off.isEnabled = false
        let definitions = AggregateFixture.definitions([
            DeviceDefinition(
                device: off, rows: [], dataSources: device.dataSources, graphs: device.graphs)
        ])
        let values = Dictionary(uniqueKeysWithValues: device.dataSources.map { ($0.id, 1.0) })
        #expect(!values.isEmpty && top(10, in: definitions, values).isEmpty)
    }
}
