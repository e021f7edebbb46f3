import PollerModel

/// Compares what was found on a device with its facts, and counts, by package, what is covered.
struct FactCheck {
    let facts: RecordedFacts
    let definition: DeviceDefinition
    let values: RecordedValues
    let catalogue: Catalogue

    private(set) var mistakes: [String] = []
    private(set) var uncovered: [String] = []
    /// Facts that were compared, and facts there are.
    private(set) var coverage: [String: (covered: Int, facts: Int)] = [:]

    init(
        facts: RecordedFacts, definition: DeviceDefinition, values: RecordedValues,
        catalogue: Catalogue
    ) {
        self.facts = facts
        self.definition = definition
        self.values = values
        self.catalogue = catalogue
    }

    mutating func run() {
        checkSystem()
        checkInterfaces()
        checkStorage()
        checkProcessors()
        checkSensors()
        checkUPS()
        checkEntities()
        checkVendorValues()
        checkRows()
    }

    private mutating func note(
        _ package: String, _ isCovered: Bool, _ what: @autoclosure () -> String
    ) {
        coverage[package, default: (0, 0)].facts += 1
        if isCovered {
            coverage[package]?.covered += 1
        } else {
            uncovered.append("\(facts.name) \(package): \(what())")
        }
    }

    private mutating func expect(_ isTrue: Bool, _ what: @autoclosure () -> String) {
        if !isTrue { mistakes.append("\(facts.name): \(what())") }
    }

    // MARK: Texts and rows

    private mutating func checkSystem() {
        let system = definition.device.system
        let found = [
            ("sysDescr", system.description), ("sysContact", system.contact),
            ("sysName", system.name), ("sysLocation", system.location),
        ]
        let expected = facts.entry("system")
        for (name, text) in found where expected[name] != nil {
            let octets = RecordedFacts.octets(expected[name]) ?? []
            note("system", text != nil, name)
            expect(
                text?.bytes == Array(octets.prefix(DeviceText.largestByteCount)),
                "\(name) is \(text?.text ?? "absent")")
        }
        if let objectID = expected["sysObjectID"] as? String {
            note("system", system.objectID != nil, "sysObjectID")
            expect(system.objectID?.description == objectID, "sysObjectID")
        }
    }

    private func rows(_ query: String) -> [[UInt32]: QueryRow] {
        Dictionary(
            definition.rows.filter { $0.query == query }.map { ($0.index, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    private func octets(_ row: QueryRow, _ field: String) -> [UInt8]? {
        if case .text(let text)? = row.fields[field] { text.bytes } else { nil }
    }

    private mutating func checkInterfaces() {
        let found = rows("interfaces")
        let query = catalogue.dataQueries["interfaces"]
        for fact in facts.list("interfaces", "rows") {
            guard let index = RecordedFacts.index(fact["index"]) else { continue }
            let isListed = fact["in_ifTable"] as? Bool == true
            note("interfaces", found[index] != nil || !isListed, "row \(index)")
            guard let row = found[index] else { continue }
            for (key, field) in [("name", "ifName"), ("alias", "ifAlias"), ("descr", "ifDescr")] {
                guard let octets = RecordedFacts.octets(fact[key]) else { continue }
                expect(
                    self.octets(row, field) == Array(octets.prefix(DeviceText.largestByteCount)),
                    "\(field) of \(index)")
            }
            var unbounded = query
            if let speed = query?.speed {
                unbounded?.speed = .init(high: speed.high, low: speed.low, except: nil)
            }
            let speed = unbounded?.speedBitsPerSecond(of: row.fields).map { Double($0) }
            expect(speed == RecordedFacts.number(fact["bps"]), "speed of \(index): \(speed ?? 0)")
            checkWidth(of: row, has64: fact["has64"] as? Bool == true, fact)
        }
    }

    private mutating func checkWidth(
        of row: QueryRow, has64: Bool, _ fact: RecordedFacts.Entry
    ) {
        let source = definition.dataSources.first {
            $0.row == row.id && $0.template == "interface_traffic"
        }
        guard let source else { return }
        let counters = fact["counters"] as? RecordedFacts.Entry ?? [:]
        let isDummy =
            RecordedFacts.number(counters["ifHCInOctets"]) == 0
            && RecordedFacts.number(counters["ifInOctets"]) ?? 0 > 0
        expect(
            (source.width == .wide) == (has64 && !isDummy),
            "width of \(row.index): \(source.width), 64-bit \(has64)")
        let column = source.width == .wide ? Columns.ifHCInOctets : Columns.ifInOctets
        let name = source.width == .wide ? "ifHCInOctets" : "ifInOctets"
        compareRaw(column.appending(row.index), RecordedFacts.number(counters[name]), "interfaces")
    }

    private mutating func checkStorage() {
        let found = rows("storage")
        for fact in facts.list("storage") {
            guard let index = RecordedFacts.index(fact["index"]),
                RecordedFacts.number(fact["bytes"]) ?? 0 > 0, fact["used_bytes"] != nil
            else { continue }
            note("storage", found[index] != nil, "row \(index)")
            guard let row = found[index] else { continue }
            if let octets = RecordedFacts.octets(fact["descr"]) {
                // Some are rewritten: of a drive of Windows only its letter stays.
                let said = DeviceText(bytes: octets).text
                let text = row.fields["hrStorageDescr"]?.text ?? ""
                expect(!text.isEmpty && said.contains(text), "descr of \(index): \(text)")
            }
            compare(
                Columns.hrStorageUsed.appending(index), RecordedFacts.number(fact["used_bytes"]),
                "storage")
            compare(
                Columns.hrStorageSize.appending(index), RecordedFacts.number(fact["bytes"]),
                "storage")
        }
    }

    /// Tables of which nothing but the rows is known.
    private mutating func checkRows() {
        for (list, key, query) in [
            ("bridge_ports", "port", "bridge_ports"),
            ("lldp_neighbours", "index", "lldp_neighbours"),
        ] {
            let found = rows(query)
            for fact in facts.list(list) {
                guard let index = RecordedFacts.index(fact[key]) else { continue }
                note(list, found[index] != nil, "row \(index)")
            }
        }
        let names = Set(definition.rows.filter { $0.query == "vlans" }.compactMap(\.index.last))
        for fact in facts.list("vlans") {
            guard let vlan = RecordedFacts.index(fact["vlan"])?.last else { continue }
            note("vlans", names.contains(vlan), "vlan \(vlan)")
        }
    }

    private mutating func checkProcessors() {
        for fact in facts.list("processors") {
            guard let index = RecordedFacts.index(fact["index"]), fact["load"] != nil else {
                continue
            }
            compare(
                Columns.hrProcessorLoad.appending(index), RecordedFacts.number(fact["load"]),
                "processors")
        }
    }

    // MARK: Values of objects

    private mutating func checkSensors() {
        for (list, column) in [
            (facts.list("entity_sensors"), Columns.entPhySensorValue),
            (facts.list("cisco", "entity_sensors"), Columns.entSensorValue),
        ] {
            for fact in list where RecordedFacts.number(fact["status"]) == 1 {
                guard let index = RecordedFacts.index(fact["index"]),
                    RecordedFacts.number(fact["type"]) ?? 0 > 2
                else { continue }
                compare(column.appending(index), RecordedFacts.number(fact["value"]), "sensors")
            }
        }
    }

    private mutating func checkUPS() {
        for (key, object, factor) in Columns.ups {
            let fact =
                RecordedFacts.number(facts.entry("ups", "battery")[key])
                ?? RecordedFacts.number(facts.entry("ups", "output")[key])
            guard let fact else { continue }
            compare(object, fact * factor, "ups")
        }
        for (list, key, column, factor) in Columns.upsLines {
            for fact in facts.list("ups", list) {
                guard let index = RecordedFacts.index(fact["index"]),
                    let number = RecordedFacts.number(fact[key])
                else { continue }
                compare(column.appending(index), number * factor, "ups")
            }
        }
    }

    private mutating func checkEntities() {
        for column in Columns.entities {
            for fact in facts.list(column.group, column.list) {
                guard let index = RecordedFacts.index(fact["index"]),
                    let number = RecordedFacts.number(fact[column.key]), column.counts(number)
                else { continue }
                compare(
                    column.object.appending(index), number * column.factor,
                    "\(column.group) \(column.list)")
            }
        }
    }

    private mutating func checkVendorValues() {
        let texts = Set(
            definition.rows.flatMap { row in
                row.fields.values.map(\.text)
            })
        for fact in facts.list("vendor_values") {
            let package = fact["package"] as? String ?? "?"
            guard let object = (fact["oid"] as? String).flatMap({ OID($0) }) else { continue }
            let name = fact["name"] as? String ?? ""
            let found = values.values(of: object)
            if found.isEmpty, let text = fact["value"] as? String ?? fact["raw"] as? String,
                !Self.isNone(text)
            {
                note(package, texts.contains(DeviceText(text).text), "\(name) “\(text)”")
                continue
            }
            let value = fact["value"]
            if found.isEmpty, Self.isNone(fact["raw"]) { continue }
            note(package, !found.isEmpty, "\(name) \(object)")
            // An enumeration may be told in numbers of our own.
            guard !found.isEmpty, fact["unit"] as? String != "enum" else { continue }
            let number = RecordedFacts.number(value) ?? (value as? String).flatMap(Self.leading)
            guard let number else { continue }
            expect(
                found.contains { Self.fits($0, number, unit: fact["unit"] as? String ?? "") },
                "\(name) \(object): \(found.map { "\($0.item) \($0.shown)" }), expected \(number)")
        }
    }

    /// By which devices say that there is nothing.
    private static func isNone(_ raw: Any?) -> Bool {
        let number = RecordedFacts.number(raw) ?? (raw as? String).flatMap { Double($0) }
        return number == -1 || number == 65_535
    }

    private static func leading(_ text: String) -> Double? {
        let digits = text.drop { !$0.isNumber && $0 != "-" }.prefix {
            $0.isNumber || $0 == "." || $0 == "-"
        }
        return Double(digits)
    }

    private mutating func compare(_ object: OID, _ number: Double?, _ package: String) {
        guard let number else { return }
        let found = values.values(of: object)
        note(package, !found.isEmpty, "\(object)")
        guard !found.isEmpty else { return }
        expect(
            found.contains { Self.fits($0, number, unit: "") },
            "\(package) \(object): \(found.map { "\($0.template).\($0.item) \($0.shown)" }), "
                + "expected \(number)")
    }

    private mutating func compareRaw(_ object: OID, _ number: Double?, _ package: String) {
        guard let number else { return }
        let found = values.values(of: object)
        note(package, !found.isEmpty, "\(object)")
        guard !found.isEmpty else { return }
        expect(found.contains { $0.raw.map { Double($0) } == number }, "\(object): raw \(found)")
    }

    /// What one of the facts' units may be in ours.
    private static let factors: [String: [Double]] = [
        "KB": [1_024], "MB": [1_048_576], "mV": [0.001], "kW": [1_000], "kWh": [1_000, 3_600_000],
        "s": [1.0 / 60], "MHz": [1_000_000], "raw": [0.01, 0.1],
    ]

    /// A value that a device says it does not have is right to be unknown.
    private static func fits(_ value: RecordedValues.Value, _ number: Double, unit: String) -> Bool
    {
        if let raw = value.raw { return Double(raw) == number }
        switch value.shown {
        case .success(let shown):
            return ([1] + (factors[unit] ?? [])).contains {
                abs(shown - number * $0) <= 1e-6 * max(1, abs(number * $0))
            }
        case .failure(.notOffered), .failure(.outOfBounds): return true
        case .failure: return false
        }
    }
}
