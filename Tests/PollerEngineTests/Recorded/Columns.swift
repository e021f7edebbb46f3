import PollerModel

/// The objects that facts without an OID of their own stand for.
enum Columns {
    private static func oid(_ text: String) -> OID {
        guard let oid = OID(text) else { preconditionFailure("\(text) is an OID") }
        return oid
    }

    static let ifInOctets = oid("1.3.6.1.2.1.2.2.1.10")
    static let ifHCInOctets = oid("1.3.6.1.2.1.31.1.1.1.6")
    static let hrStorageSize = oid("1.3.6.1.2.1.25.2.3.1.5")
    static let hrStorageUsed = oid("1.3.6.1.2.1.25.2.3.1.6")
    static let hrProcessorLoad = oid("1.3.6.1.2.1.25.3.3.1.2")
    static let entPhySensorValue = oid("1.3.6.1.2.1.99.1.1.1.4")
    static let entSensorValue = oid("1.3.6.1.4.1.9.9.91.1.1.1.1.4")

    /// UPS-MIB (RFC 1628): key of the fact, object, and what the fact's unit is of ours.
    static let ups: [(String, OID, Double)] = [
        ("minutes_remaining", oid("1.3.6.1.2.1.33.1.2.3.0"), 1),
        ("charge_percent", oid("1.3.6.1.2.1.33.1.2.4.0"), 1),
        ("voltage_dV", oid("1.3.6.1.2.1.33.1.2.5.0"), 0.1),
        ("current_dA", oid("1.3.6.1.2.1.33.1.2.6.0"), 0.1),
        ("temperature_C", oid("1.3.6.1.2.1.33.1.2.7.0"), 1),
        ("frequency_dHz", oid("1.3.6.1.2.1.33.1.4.2.0"), 0.1),
    ]

    static let upsLines: [(String, String, OID, Double)] = [
        ("input_lines", "frequency_dHz", oid("1.3.6.1.2.1.33.1.3.3.1.2"), 0.1),
        ("input_lines", "voltage_V", oid("1.3.6.1.2.1.33.1.3.3.1.3"), 1),
        ("input_lines", "current_dA", oid("1.3.6.1.2.1.33.1.3.3.1.4"), 0.1),
        ("input_lines", "power_W", oid("1.3.6.1.2.1.33.1.3.3.1.5"), 1),
        ("output_lines", "voltage_V", oid("1.3.6.1.2.1.33.1.4.4.1.2"), 1),
        ("output_lines", "current_dA", oid("1.3.6.1.2.1.33.1.4.4.1.3"), 0.1),
        ("output_lines", "power_W", oid("1.3.6.1.2.1.33.1.4.4.1.4"), 1),
        ("output_lines", "load_percent", oid("1.3.6.1.2.1.33.1.4.4.1.5"), 1),
        ("bypass_lines", "voltage_V", oid("1.3.6.1.2.1.33.1.5.3.1.2"), 1),
        ("bypass_lines", "current_dA", oid("1.3.6.1.2.1.33.1.5.3.1.3"), 0.1),
        ("bypass_lines", "power_W", oid("1.3.6.1.2.1.33.1.5.3.1.4"), 1),
    ]

    /// A column of a vendor's table of parts.
    struct Entity {
        let group: String
        let list: String
        let key: String
        let object: OID
        var factor = 1.0
        /// Which numbers are values: parts without any answer 0, 65535 or −1.
        var counts: @Sendable (Double) -> Bool = { $0 > 0 && $0 < 65_535 }
    }

    static let entities: [Entity] = [
        Entity(
            group: "cisco", list: "cpu", key: "min5_rev",
            object: oid("1.3.6.1.4.1.9.9.109.1.1.1.1.8")),
        Entity(
            group: "cisco", list: "memory_pool", key: "used",
            object: oid("1.3.6.1.4.1.9.9.48.1.1.1.5"), counts: { $0 > 0 }),
        Entity(
            group: "cisco", list: "memory_pool", key: "free",
            object: oid("1.3.6.1.4.1.9.9.48.1.1.1.6"), counts: { $0 > 0 }),
        Entity(
            group: "cisco", list: "env_temperature", key: "value",
            object: oid("1.3.6.1.4.1.9.9.13.1.3.1.3")),
        Entity(
            group: "cisco", list: "env_voltage", key: "value",
            object: oid("1.3.6.1.4.1.9.9.13.1.2.1.3"), factor: 0.001, counts: { $0 != 0 }),
        Entity(
            group: "juniper", list: "operating", key: "temperature",
            object: oid("1.3.6.1.4.1.2636.3.1.13.1.7")),
        Entity(
            group: "juniper", list: "operating", key: "cpu",
            object: oid("1.3.6.1.4.1.2636.3.1.13.1.8")),
        Entity(
            group: "juniper", list: "operating", key: "buffer",
            object: oid("1.3.6.1.4.1.2636.3.1.13.1.11")),
        Entity(
            group: "juniper", list: "optics", key: "tx_bias",
            object: oid("1.3.6.1.4.1.2636.3.60.1.1.1.1.6"), factor: 1e-6, counts: { $0 > 0 }),
        Entity(
            group: "juniper", list: "optics", key: "temperature",
            object: oid("1.3.6.1.4.1.2636.3.60.1.1.1.1.8")),
        Entity(
            group: "huawei", list: "entity_state", key: "cpu",
            object: oid("1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5")),
        Entity(
            group: "huawei", list: "entity_state", key: "memory",
            object: oid("1.3.6.1.4.1.2011.5.25.31.1.1.1.1.7")),
        Entity(
            group: "huawei", list: "entity_state", key: "temperature",
            object: oid("1.3.6.1.4.1.2011.5.25.31.1.1.1.1.11")),
        Entity(
            group: "h3c", list: "entity_ext", key: "cpu",
            object: oid("1.3.6.1.4.1.25506.2.6.1.1.1.1.6")),
        Entity(
            group: "h3c", list: "entity_ext", key: "memory",
            object: oid("1.3.6.1.4.1.25506.2.6.1.1.1.1.8")),
        Entity(
            group: "h3c", list: "entity_ext", key: "temperature",
            object: oid("1.3.6.1.4.1.25506.2.6.1.1.1.1.12")),
        Entity(
            group: "h3c", list: "entity_ext_2011", key: "temperature",
            object: oid("1.3.6.1.4.1.2011.10.2.6.1.1.1.1.12")),
        Entity(
            group: "poe", list: "main", key: "consumption_W",
            object: oid("1.3.6.1.2.1.105.1.3.1.1.4")),
        Entity(
            group: "ucd", list: "diskio", key: "nread_x",
            object: oid("1.3.6.1.4.1.2021.13.15.1.1.12"), counts: { $0 > 0 }),
    ]
}
