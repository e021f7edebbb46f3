import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// A real inventory in a folder of its own.
struct InventoryFixture {
    let folder: TemporaryFolder
    let catalogue: Catalogue
    let inventory: Inventory
    let now = Timestamp(seconds: 1_700_000_000)

    init() throws {
        folder = try TemporaryFolder()
        catalogue = ShippedCatalogue.catalogue
        inventory = try Inventory(path: folder.path + "/pollerd.sqlite", catalogue: catalogue)
    }

    func reopened() throws -> Inventory {
        try Inventory(path: folder.path + "/pollerd.sqlite", catalogue: catalogue)
    }

    /// Changes the closed database behind the inventory's back.
    func tamper(_ sql: String) throws {
        try inventory.close()
        try DatabaseQueue(path: folder.path + "/pollerd.sqlite").write { try $0.execute(sql: sql) }
    }

    /// Undoes migrations 6 to the last in SQL.
    static let dropOptions = """
        DROP TABLE dashboard;
        DROP TABLE tree_node;
        DROP TABLE tree;
        DROP TABLE graph_filter;
        DROP TABLE graph_edit;
        DROP TABLE search_text;
        DROP TABLE search_entry;
        DROP TABLE search_state;
        DROP TABLE audit_removed;
        DROP TABLE audit;
        DROP TABLE recovery_code;
        DROP TABLE api_token;
        DROP TABLE setup_link;
        DROP TABLE session;
        DROP TABLE account;
        DROP TABLE event;
        DROP TABLE event_note;
        DROP TABLE interruption;
        DROP TABLE heartbeat;
        DROP TRIGGER graph_is_no_aggregate;
        DROP TABLE aggregate_member;
        DROP TABLE aggregate;
        DROP TABLE share;
        DROP TABLE signing_key;
        ALTER TABLE device ADD COLUMN makes_graphs INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE device DROP COLUMN graph_policy;
        ALTER TABLE device DROP COLUMN judged_graphs;
        DROP TABLE remap;
        ALTER TABLE query_row DROP COLUMN absent_since;
        ALTER TABLE device DROP COLUMN availability;
        ALTER TABLE device DROP COLUMN ping;
        ALTER TABLE device DROP COLUMN ping_timeout_milliseconds;
        ALTER TABLE device DROP COLUMN ping_retries;
        ALTER TABLE device DROP COLUMN source_address;
        ALTER TABLE device DROP COLUMN checks_source;
        ALTER TABLE device DROP COLUMN objects_per_message;
        ALTER TABLE device DROP COLUMN max_repetitions;
        ALTER TABLE device DROP COLUMN agent_since;
        """

    func row(_ index: UInt32, _ name: String, alias: String = "") -> DiscoveredTable.Row {
        .init(
            index: [index],
            fields: [
                "ifName": .text(DeviceText(name)), "ifAlias": .text(DeviceText(alias)),
                "ifOperStatus": .integer(1),
            ],
            widths: ["interface_traffic": .wide])
    }

    func new(
        _ name: String, host: String = "192.0.2.1", port: UInt16 = 161,
        rows: [DiscoveredTable.Row]? = nil
    ) throws -> NewDevice {
        let template = try #require(catalogue.deviceTemplates["generic_snmp"])
        let rows = rows ?? [row(1, "eth0"), row(2, "eth1")]
        let discovered = DiscoveredDevice(
            system: SystemDescription(name: DeviceText("sys-\(name)")),
            kind: DeviceKind([template]),
            tables: ["interfaces": DiscoveredTable(query: "interfaces", rows: rows, note: nil)],
            scalars: ["uptime": .wide])
        let host = try #require(DeviceHost(host))
        return NewDevice(
            name: name,
            target: SNMPTarget(host: host, port: port, credentials: .community(Secret("s3cret"))),
            profile: try #require(catalogue.profiles["one_minute"]), site: nil, tags: ["a"],
            discovered: discovered,
            proposals: GraphSelection.proposals(
                for: discovered, of: TitleSubject(name: name, host: host), catalogue: catalogue))
    }
}
