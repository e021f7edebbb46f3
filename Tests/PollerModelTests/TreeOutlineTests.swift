import PollerModel
import TestSupport
import Testing

/// What trees hold.
@Suite struct TreeOutlineTests {
    private typealias Fixture = TreeFixture

    private func outline(
        _ changes: [TreeChange], _ definitions: Definitions = Fixture.definitions,
        hidesEmpty: Bool = false
    ) throws -> TreeOutline {
        TreeOutline(try Fixture.tree(changes), in: definitions, hidesEmpty: hidesEmpty)
    }

    private func labels(_ outline: TreeOutline, below place: TreePlace?) -> [String] {
        outline.places(below: place).map { outline.label(of: $0) }
    }

    private func graphs(_ outline: TreeOutline, of place: TreePlace?) -> [Int64] {
        outline.graphs(of: place).map(\.rawValue)
    }

    @Test func `a rule divides what it finds by site, and those without one are last`() throws {
        let outline = try outline([.add(Fixture.rule(.site), name: nil, in: nil)])
        let top = TreePlace(Fixture.node(1))
        #expect(labels(outline, below: nil) == ["all devices, by site"])
        #expect(labels(outline, below: top) == ["ATTIC", "Zürich", "No site"])
        let site = TreePlace(Fixture.node(1), group: .named("Zürich"))
        #expect(labels(outline, below: site) == ["sw9", "sw10"])
        #expect(graphs(outline, of: site) == [2_000, 2_001, 1_000, 1_001])
        let device = TreePlace(Fixture.node(1), group: .named("Zürich"), device: DeviceID(1))
        #expect(graphs(outline, of: device) == [1_000, 1_001])
        #expect(outline.places(below: device).isEmpty)
        #expect(outline.trail(to: device) == [top, site, device])
        let loose = TreePlace(Fixture.node(1), group: .unnamed)
        #expect(labels(outline, below: loose) == ["loose"])
        #expect(
            graphs(outline, of: top)
                == [3_000, 2_000, 2_001, 1_000, 1_001].sorted { a, b in
                    // In the order of devices' names, whatever their groups.
                    [3_000, 2_000, 2_001, 1_000, 1_001].firstIndex(of: a) ?? 0
                        < [3_000, 2_000, 2_001, 1_000, 1_001].firstIndex(of: b) ?? 0
                })
    }

    @Test func `a rule divides by kind too, and calls it by its title`() throws {
        let outline = try outline([.add(Fixture.rule(.template), name: nil, in: nil)])
        let titles = ["cisco_switch", "generic_snmp"].map {
            AggregateFixture.catalogue.deviceTemplates[$0]?.title
        }
        #expect(
            Set(labels(outline, below: TreePlace(Fixture.node(1)))) == Set(titles.compactMap { $0 })
        )
        let place = TreePlace(Fixture.node(1), group: .named("cisco_switch"))
        #expect(outline.has(place) && graphs(outline, of: place) == [1_000, 1_001])
    }

    @Test func `a rule that speaks of titles takes these graphs only`() throws {
        let outline = try outline([
            .add(Fixture.rule { $0.titleLike = Glob("*uplink*") }, name: "Uplinks", in: nil)
        ])
        let place = TreePlace(Fixture.node(1))
        #expect(labels(outline, below: place) == ["sw9", "sw10"])
        #expect(graphs(outline, of: place) == [2_001, 1_001])
        #expect(!outline.has(TreePlace(Fixture.node(1), device: DeviceID(3))))
        #expect(outline.tree.devices(in: Fixture.definitions).isEmpty)
    }

    @Test func `a rule follows what becomes of devices`() throws {
        let tree = try Fixture.tree([
            .add(Fixture.rule(.site) { $0.tag = "lab" }, name: nil, in: nil)
        ])
        let moved = AggregateFixture.device(3, "edge", titles: ["t"], tags: ["lab"], site: "New")
        let later = Fixture.definitions.replacing(DeviceID(3), with: moved)
        let before = TreeOutline(tree, in: Fixture.definitions)
        let after = TreeOutline(tree, in: later)
        #expect(labels(before, below: TreePlace(Fixture.node(1))) == ["Zürich"])
        #expect(labels(after, below: TreePlace(Fixture.node(1))) == ["New", "Zürich"])
        #expect(tree.devices(in: later) == [DeviceID(2), DeviceID(3)])
    }

    @Test func `a branch has the graphs of all below it, each once, in its order`() throws {
        let outline = try outline([
            .add(.branch(.byHand), name: "A", in: nil),
            .add(.graph(GraphID(900)), name: nil, in: Fixture.node(1)),
            .add(.branch(.byName), name: "B", in: Fixture.node(1)),
            .add(.device(DeviceID(1)), name: nil, in: Fixture.node(3)),
            .add(.device(DeviceID(2)), name: nil, in: Fixture.node(3)),
            .add(.graph(GraphID(1_001)), name: nil, in: Fixture.node(1)),
            .add(.site("ATTIC"), name: nil, in: nil),
        ])
        let branch = TreePlace(Fixture.node(1))
        #expect(graphs(outline, of: branch) == [900, 2_000, 2_001, 1_000, 1_001])
        #expect(graphs(outline, of: nil) == [900, 2_000, 2_001, 1_000, 1_001, 3_000])
        #expect(labels(outline, below: TreePlace(Fixture.node(3))) == ["sw9", "sw10"])
        #expect(
            Fixture.text(outline) == [
                "A", "  All of it", "  B", "    sw9", "    sw10", "  sw10 - Traffic - uplink",
                "ATTIC",
            ])
        #expect(
            outline.tree.devices(in: Fixture.definitions) == [
                DeviceID(1), DeviceID(2), DeviceID(3),
            ])
    }

    @Test func `what is gone is not shown, and left away when the tree is saved`() throws {
        var tree = try Fixture.tree([
            .add(.device(DeviceID(1)), name: "mine", in: nil),
            .add(.graph(GraphID(1_000)), name: nil, in: nil),
            .add(.graph(GraphID(900)), name: nil, in: nil),
            .add(.graph(GraphID(77)), name: nil, in: nil),
            .add(.site("nowhere"), name: nil, in: nil),
        ])
        var later = Fixture.definitions.replacing(DeviceID(1), with: nil)
        #expect(Fixture.text(TreeOutline(tree, in: later)) == ["All of it", "nowhere"])
        #expect(!TreeOutline(tree, in: later).has(TreePlace(Fixture.node(1))))
        later.removeAggregate(GraphID(900))
        tree.forgetWhatIsGone(in: later)
        #expect(tree.nodes.count == 1 && tree.children[nil]?.count == 1)
    }

    @Test func `who does not see everything is told no names of what he does not see`() throws {
        let seen = AggregateFixture.definitions(
            Fixture.definitions.devices.values.filter { $0.device.site == "ATTIC" })
        let changes: [TreeChange] = [
            .add(.branch(.byHand), name: "Customer Z", in: nil),
            .add(.site("Zürich"), name: nil, in: Fixture.node(1)),
            .add(.branch(.byHand), name: "Customer A", in: nil),
            .add(.device(DeviceID(3)), name: nil, in: Fixture.node(3)),
            .add(.branch(.byHand), name: "Empty", in: nil),
            .add(Fixture.rule { $0.tag = "core" }, name: "Core", in: nil),
        ]
        let hidden = try outline(changes, seen, hidesEmpty: true)
        #expect(Fixture.text(hidden) == ["Customer A", "  edge"])
        #expect(!hidden.has(TreePlace(Fixture.node(1))) && hidden.isShown)
        let all = try outline(changes, hidesEmpty: false)
        #expect(Fixture.text(all).count == 6)
        let nothing = try outline(Array(changes.prefix(2)), seen, hidesEmpty: true)
        #expect(!nothing.isShown)
    }

    @Test func `places that are none are not there`() throws {
        let outline = try outline([
            .add(Fixture.rule(.site), name: nil, in: nil),
            .add(.site("ATTIC"), name: nil, in: nil),
            .add(.device(DeviceID(1)), name: nil, in: nil),
        ])
        let (rule, site, device) = (Fixture.node(1), Fixture.node(2), Fixture.node(3))
        for place in [
            TreePlace(rule), TreePlace(rule, group: .named("ATTIC")), TreePlace(site),
            TreePlace(rule, group: .named("ATTIC"), device: DeviceID(3)),
            TreePlace(site, device: DeviceID(3)), TreePlace(device),
        ] { #expect(outline.has(place), "\(place)") }
        for place in [
            TreePlace(Fixture.node(9)), TreePlace(rule, group: .named("attic")),
            TreePlace(rule, group: .named("ATTIC"), device: DeviceID(1)),
            TreePlace(rule, device: DeviceID(3)), TreePlace(site, group: .unnamed),
            TreePlace(site, device: DeviceID(1)), TreePlace(device, device: DeviceID(1)),
        ] { #expect(!outline.has(place), "\(place)") }
    }

    // MARK: Orders

    private func failure(_ fill: (inout TreeNodeOrder) -> Void) -> TreeFailure? {
        var order = TreeNodeOrder()
        fill(&order)
        do {
            _ = try order.addition(in: Fixture.definitions)
            return nil
        } catch {
            return error
        }
    }

    @Test func `an order names what there is`() throws {
        #expect(failure { ($0.kind, $0.device) = ("device", DeviceID(1)) } == nil)
        #expect(failure { ($0.kind, $0.graph) = ("graph", GraphID(900)) } == nil)
        #expect(failure { ($0.kind, $0.site) = ("site", "not yet") } == nil)
        #expect(failure { ($0.kind, $0.name) = ("branch", "B") } == nil)
        #expect(failure { ($0.kind, $0.groupBy) = ("rule", "site") } == nil)
        for (words, fill): (String, (inout TreeNodeOrder) -> Void) in [
            ("not said", { _ in }), ("did you mean", { $0.kind = "devise" }),
            ("no device 9", { ($0.kind, $0.device) = ("device", DeviceID(9)) }),
            ("no device is named", { $0.kind = "device" }),
            ("no graph 9", { ($0.kind, $0.graph) = ("graph", GraphID(9)) }),
            ("a site is 1", { $0.kind = "site" }),
            ("not grouped by", { ($0.kind, $0.groupBy) = ("rule", "colour") }),
            ("no order", { ($0.kind, $0.order) = ("branch", "size") }),
            (
                "no device template",
                {
                    $0.kind = "rule"
                    $0.rule = AggregateFixture.rule { $0.deviceTemplate = "no_such" }
                }
            ),
        ] { #expect(failure(fill)?.words.contains(words) == true, "\(words)") }
    }

    @Test func `an order changes a name, an order or a rule, and no more`() throws {
        let tree = try Fixture.tree([.add(Fixture.rule(.site), name: "R", in: nil)])
        let node = try #require(tree.nodes[Fixture.node(1)])
        var order = TreeNodeOrder()
        order.groupBy = "template"
        #expect(
            try order.changes(of: node, in: Fixture.definitions) == [
                .setRule(node.id, TreeRule(grouping: .template))
            ])
        order = TreeNodeOrder()
        order.name = ""
        #expect(try order.changes(of: node, in: Fixture.definitions) == [.renameNode(node.id, nil)])
        order.kind = "site"
        #expect(throws: TreeFailure.self) {
            try order.changes(of: node, in: Fixture.definitions)
        }
        var move = TreeMoveOrder()
        move.step = "up"
        #expect(try move.change(of: node.id) == .step(node.id, .up))
        move.parent = Fixture.node(1)
        #expect(throws: TreeFailure.self) { try move.change(of: node.id) }
        move.step = nil
        #expect(try move.change(of: node.id) == .move(node.id, to: Fixture.node(1), before: nil))
    }
}

/// The order of names.
@Suite struct NaturalOrderTests {
    private func sorted(_ names: [String]) -> [String] {
        NaturalOrder.sorted(names.shuffled(), by: { $0 }, last: { $0 })
    }

    @Test func `numbers in names count as numbers, and case does not count`() {
        for names in [
            ["eth1", "eth2", "eth10", "eth11"], ["a", "B", "c"], ["sw", "sw1", "sw1a", "sw2"],
            ["1/0/9", "1/0/10", "1/10/1", "2/0/1"], ["v9", "v09b", "v10"], ["ä1", "ä02", "ä10"],
            ["x99999999999999999999", "x100000000000000000000"], ["", "0", "1", "a"],
        ] { #expect(sorted(names) == names) }
    }

    @Test func `the same names stand in the order of the last word`() {
        let things = [("a", 2), ("A", 1), ("a01", 4), ("a1", 3)]
        let sorted = NaturalOrder.sorted(things, by: \.0, last: \.1)
        #expect(sorted.map(\.1) == [1, 2, 3, 4])
    }
}
