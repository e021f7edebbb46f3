import PollerModel
import TestSupport
import Testing

/// What is looked for, and how well things fit it.
@Suite struct SearchTests {
    private func text(_ typed: String) throws -> SearchText { try SearchText(typed) }

    private func entry(
        _ name: String, _ texts: [String] = [], addresses: [String] = []
    ) -> SearchEntry {
        SearchEntry(.row, 1, of: DeviceID(1), name: name, texts: texts, addresses: addresses)
    }

    private func rank(_ typed: String, _ entry: SearchEntry) throws -> SearchRank? {
        try text(typed).rank(of: entry)
    }

    @Test func `what is typed becomes words, each once, in small letters`() throws {
        let search = try text("  Core\tUPLINK core ")
        #expect(search.text == "Core UPLINK core")
        #expect(search.words.map(\.folded) == ["core", "uplink"])
        #expect(try text("   ").isEmpty && text("").isEmpty)
        #expect(try text("a\u{0}b").words.map(\.folded) == ["a", "b"])
    }

    @Test func `text has an end`() throws {
        #expect(try text(String(repeating: "ü", count: 200)).words.count == 1)
        #expect(throws: SearchText.TooLong.self) {
            try text(String(repeating: "ü", count: 201))
        }
    }

    @Test func `the best is what is called so, then what begins so, then words, then parts`()
        throws
    {
        #expect(try rank("gi1/0/1", entry("Gi1/0/1")) == .name)
        #expect(try rank("to core", entry("Gi1", ["To  Core"])) == .text)
        #expect(try rank("gi1/0/1", entry("Gi1/0/12")) == .prefix)
        #expect(try rank("core", entry("Gi1", ["link to core-2"])) == .word)
        #expect(try rank("link core", entry("Gi1", ["link to core-2"])) == .word)
        #expect(try rank("ore", entry("Gi1", ["link to core-2"])) == .part)
        #expect(try rank("link nowhere", entry("Gi1", ["link to core-2"])) == nil)
        let ranks: [SearchRank] = [.name, .text, .prefix, .word, .part]
        #expect(ranks == ranks.sorted())
    }

    @Test func `a match does not cross from one text into the next`() throws {
        #expect(try rank("ab", entry("x", ["a", "b"])) == nil)
        #expect(try rank("a b", entry("x", ["a", "b"])) == .word)
    }

    @Test func `letters beyond ASCII are parts of words`() throws {
        #expect(try rank("ZÜRICH", entry("zürich-1")) == .prefix)
        #expect(try rank("rich", entry("zürich-1")) == .part)
    }

    @Test(arguments: [
        "00:11:22:aa:bb:cc", "00-11-22-AA-BB-CC", "0011.22aa.bbcc", "001122aabbcc",
        "0:11:22:aa:bb:cc", "0011.22AA", "00:11:22", "11-22-aa", "22:a",
    ])
    func `a hardware address is found in any notation, whole or in part`(typed: String) throws {
        let port = entry("Gi1", ["00:11:22:aa:bb:cc"], addresses: ["001122aabbcc"])
        #expect(try rank(typed, port) != nil)
        #expect(try rank(typed, entry("Gi1", ["uplink"])) == nil)
    }

    @Test func `a whole address is the best of its kind, and half a byte is none`() throws {
        let port = entry("Gi1", addresses: ["001122aabbcc"])
        #expect(try rank("0011.22aa.bbcc", port) == .text)
        #expect(try rank("0011.22aa", port) == .part)
        // These digits are there, but begin in the middle of a byte.
        #expect(try rank("01:12", port) == nil)
        #expect(try rank("00:1", port) == nil, "three digits are too few")
    }

    @Test(arguments: [
        ("00:11:22:aa:bb:cc", "001122aabbcc"), ("0:1:2:a:b:c", "0001020a0b0c"),
        ("0011.22aa.bbcc.ddee", "001122aabbccddee"),
    ])
    func `digits of an address`(written: String, digits: String) {
        #expect(HardwareAddress.digits(written) == digits)
    }

    @Test(arguments: [
        "10.0.0.1", "00:11:22", "00:11:22:aa:bb:cg", "00::11:22:aa:bb", "1.3.6.1.2.1", "", ":",
        "00:11-22:aa:bb:cc", "2001:db8::1", "0:11:22:aa:bb:cc:dd:ee:ff",
    ])
    func `what is no hardware address`(text: String) {
        #expect(HardwareAddress.digits(text) == nil)
    }

    @Test func `an IP address is found however it is written`() throws {
        let port = entry("Gi1", ["2001:db8::1"])
        #expect(try rank("2001:0DB8:0:0:0:0:0:1", port) == .text)
        #expect(try rank("2001:db8::1", port) == .text)
        #expect(try rank("2001:0db8:0:0:0:0:0:2", port) == nil)
    }

    @Test(arguments: hostileTexts)
    func `hostile text is found by itself and is nothing else`(hostile: String) throws {
        let shown = String(DeviceText(hostile).text.prefix(SearchText.longest))
        let search = try text(shown)
        #expect(search.rank(of: entry(shown)) == .name)
        #expect(search.rank(of: entry("quite another")) == nil)
    }

    @Test func `a device is known by all that tells it from others`() throws {
        let entries = SearchEntry.all(of: Self.definition(), catalogue: Self.catalogue)
        #expect(entries.map(\.key.kind) == [.device, .row, .graph])
        for typed in [
            "sw1", "192.0.2.7", "sys-name", "Attic", "Bern", "backbone", "ios 17", "DESCR",
        ] {
            #expect(try rank(typed, entries[0]) != nil, "\(typed)")
        }
        #expect(entries[1].name == "gi0/1")
        for typed in ["gi0/1", "alias of it", "02:00:00:00:00:01", "0200.0000.0001"] {
            #expect(try rank(typed, entries[1]) != nil, "\(typed)")
        }
        #expect(entries[2].name == "sw1 - traffic")
    }

    @Test func `rows that are gone are not found, and one without a name by its index`() {
        var gone = Self.row
        gone.isPresent = false
        let definition = Self.definition(rows: [gone])
        let kinds = SearchEntry.all(of: definition, catalogue: Self.catalogue).map(\.key.kind)
        #expect(kinds == [.device, .graph])
        #expect(Self.row.name(nil) == "#3")
    }

    @Test func `of a change, only what changed is told`() {
        let (old, catalogue) = (Self.definition(), Self.catalogue)
        let none = SearchEntry.changes(from: old, to: old, catalogue: catalogue)
        #expect(none.outdated.isEmpty && none.current.isEmpty)
        var row = Self.row
        row.fields["ifAlias"] = .text(DeviceText("another"))
        let renamed = SearchEntry.changes(
            from: old, to: Self.definition(rows: [row]), catalogue: catalogue)
        #expect(renamed.outdated == [.init(.row, 3)])
        #expect(renamed.current.map(\.key) == [.init(.row, 3)])
        let removed = SearchEntry.changes(from: old, to: nil, catalogue: catalogue)
        #expect(removed.outdated.count == 3 && removed.current.isEmpty)
        let added = SearchEntry.changes(from: nil, to: old, catalogue: catalogue)
        #expect(added.outdated.isEmpty && added.current.count == 3)
    }

    private static let catalogue = ShippedCatalogue.catalogue

    private static let row = QueryRow(
        id: QueryRowID(3), device: DeviceID(1), query: "interfaces", index: [3],
        fields: [
            "ifName": .text(DeviceText("Gi0/1")), "ifAlias": .text(DeviceText("alias of it")),
            "ifPhysAddress": .text(DeviceText("02:00:00:00:00:01")), "ifType": .integer(6),
        ], isPresent: true)

    private static func definition(rows: [QueryRow] = [row]) -> DeviceDefinition {
        let id = DeviceID(1)
        guard let step = Step(seconds: 60) else { preconditionFailure("a minute is a step") }
        return DeviceDefinition(
            device: Device(
                id: id, name: "sw1",
                target: SNMPTarget(
                    host: .address(IPAddress(bytes: [192, 0, 2, 7])),
                    credentials: .community(Secret("public"))),
                step: step, template: "generic_snmp", site: "Bern", tags: ["backbone"],
                system: SystemDescription(
                    description: DeviceText("Descr of IOS 17"), name: DeviceText("sys-name"),
                    location: DeviceText("attic")),
                createdAt: Timestamp(seconds: 1_700_000_000)),
            rows: rows, dataSources: [],
            graphs: [
                Graph(
                    id: GraphID(9), device: id, template: "interface_traffic",
                    dataSource: DataSourceID(4), title: "sw1 - Traffic")
            ])
    }
}
