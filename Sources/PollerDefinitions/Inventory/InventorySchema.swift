import GRDB

/// The tables of `pollerd.sqlite`, as a list of migrations that only ever grows.
enum InventorySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 devices and graphs") { database in
            try database.execute(sql: devicesAndGraphs)
        }
        migrator.registerMigration("2 what was chosen for a device") { database in
            let present = try Set(database.columns(in: "device").map(\.name))
            for (name, definition) in choices where !present.contains(name) {
                try database.execute(sql: "ALTER TABLE device ADD COLUMN \(name) \(definition)")
            }
            guard !present.contains("is_discovered") else { return }
            // A device that never answered described nothing of itself, and has no tables.
            try database.execute(
                sql: """
                    UPDATE device SET is_discovered = 0 WHERE system = '{}'
                        AND NOT EXISTS (SELECT 1 FROM query_row WHERE device = device.id)
                    """)
        }
        migrator.registerMigration("3 users of SNMPv3") { database in
            // A CHECK of SQLite's cannot be altered, so the table is made anew; the migrator
            // looks at the foreign keys when it is done.
            let columns = """
                id, name, host, port, snmp_version, community, timeout_milliseconds, retries,
                step_seconds, template, site, tags, is_enabled, makes_graphs, is_discovered,
                is_template_chosen, system, created_at
                """
            try database.execute(sql: deviceWithUser)
            try database.execute(
                sql: """
                    INSERT INTO device_new (\(columns)) SELECT \(columns) FROM device;
                    DELETE FROM sqlite_sequence WHERE name = 'device_new';
                    INSERT INTO sqlite_sequence (name, seq)
                        SELECT 'device_new', seq FROM sqlite_sequence WHERE name = 'device';
                    DROP TABLE device;
                    ALTER TABLE device_new RENAME TO device;
                    """)
        }
        migrator.registerMigration("4 engines of SNMPv3") { database in
            try database.execute(
                sql: """
                    CREATE TABLE snmp_engine (
                        id INTEGER PRIMARY KEY,
                        address TEXT NOT NULL,
                        port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
                        user TEXT NOT NULL,
                        engine_id BLOB NOT NULL CHECK (length(engine_id) BETWEEN 1 AND 32),
                        boots INTEGER NOT NULL CHECK (boots BETWEEN 0 AND 4294967295),
                        seconds INTEGER NOT NULL CHECK (seconds BETWEEN 0 AND 4294967295),
                        heard_at INTEGER NOT NULL,
                        UNIQUE (address, port, user)
                    ) STRICT;
                    CREATE INDEX snmp_engine_age ON snmp_engine (heard_at);
                    """)
        }
        migrator.registerMigration("5 habits of agents") { database in
            try database.execute(
                sql: """
                    CREATE TABLE snmp_habits (
                        id INTEGER PRIMARY KEY,
                        address TEXT NOT NULL,
                        port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
                        habits TEXT NOT NULL,
                        learned_at INTEGER NOT NULL,
                        UNIQUE (address, port)
                    ) STRICT;
                    CREATE INDEX snmp_habits_age ON snmp_habits (learned_at);
                    """)
        }
        migrator.registerMigration("6 availability and options of SNMP") { database in
            for (name, definition) in options {
                try database.execute(sql: "ALTER TABLE device ADD COLUMN \(name) \(definition)")
            }
        }
        migrator.registerMigration("7 several templates a device") { database in
            try database.execute(
                sql: "ALTER TABLE device ADD COLUMN other_templates TEXT NOT NULL DEFAULT '[]'")
        }
        migrator.registerMigration("8 rows that change their places") { database in
            try database.execute(sql: remaps)
        }
        migrator.registerMigration("9 which graphs a device gets") { database in
            try database.execute(sql: graphPolicy)
        }
        migrator.registerMigration("10 shared graphs") { database in
            try database.execute(sql: shares)
        }
        migrator.registerMigration("11 graphs of many data sources") { database in
            try database.execute(sql: aggregates)
        }
        migrator.registerMigration("12 interruptions") { database in
            try database.execute(sql: interruptions)
        }
        migrator.registerMigration("13 accounts") { database in
            try database.execute(sql: accounts)
        }
        migrator.registerMigration("14 trees and dashboards") { database in
            try database.execute(sql: treesAndDashboards)
        }
        migrator.registerMigration("15 events") { database in
            try database.execute(sql: events)
        }
        migrator.registerMigration("16 search") { database in
            try database.execute(sql: SearchTable.schema)
        }
        migrator.registerMigration("17 graphs as people want them") { database in
            try database.execute(sql: graphEdits)
        }
        migrator.registerMigration("18 tokens, second factors and audit") { database in
            try database.execute(sql: tokensAndAudit)
        }
        return migrator
    }

    // Without references: a link says that its graph, or its key, is gone.
    private static let shares = """
        CREATE TABLE signing_key (
            id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 4294967295),
            secret BLOB NOT NULL CHECK (length(secret) = 32),
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE share (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            graph INTEGER NOT NULL,
            scope TEXT NOT NULL,
            label TEXT CHECK (length(label) BETWEEN 1 AND 200),
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER,
            signing_key INTEGER NOT NULL,
            revoked_at INTEGER,
            use_count INTEGER NOT NULL DEFAULT 0 CHECK (use_count >= 0),
            used_at INTEGER,
            CHECK ((use_count = 0) = (used_at IS NULL))
        ) STRICT;
        CREATE INDEX share_graph ON share (graph);
        """

    private static let remaps = """
        ALTER TABLE query_row ADD COLUMN absent_since INTEGER
            CHECK (absent_since IS NULL OR is_present = 0);

        CREATE TABLE remap (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            device INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
            query TEXT NOT NULL,
            remapped_at INTEGER NOT NULL,
            reason TEXT NOT NULL,
            changes TEXT NOT NULL,
            undoes INTEGER,
            undone_at INTEGER
        ) STRICT;
        CREATE INDEX remap_device ON remap (device);
        """

    // Until then no graph could be removed, so what has graphs was judged, and nothing else.
    private static let graphPolicy = """
        ALTER TABLE device ADD COLUMN graph_policy TEXT NOT NULL DEFAULT 'auto'
            CHECK (graph_policy IN ('auto', 'all', 'none'));
        ALTER TABLE device ADD COLUMN judged_graphs TEXT NOT NULL DEFAULT '[]';
        UPDATE device SET graph_policy = 'none' WHERE makes_graphs = 0;
        UPDATE device SET judged_graphs = (
            SELECT json_group_array(template) FROM (
                SELECT DISTINCT template FROM graph WHERE device = device.id ORDER BY template));
        ALTER TABLE device DROP COLUMN makes_graphs;
        """

    // Their ids are counted with those of graphs. Which of the two an id names is asked all over,
    // so nothing but the schema itself says that it is never both.
    // Columns of a key come first: SQLite 3.40's quick_check takes others for damaged.
    private static let aggregates = """
        CREATE TABLE aggregate (
            id INTEGER PRIMARY KEY,
            title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
            template TEXT NOT NULL,
            rule TEXT,
            arrangement TEXT NOT NULL
                CHECK (arrangement IN ('sum', 'stack', 'average', 'overlay')),
            is_mirrored INTEGER NOT NULL CHECK (is_mirrored IN (0, 1)),
            has_total INTEGER NOT NULL CHECK (has_total IN (0, 1)),
            unknowns TEXT NOT NULL CHECK (unknowns IN ('strict', 'known')),
            skipped TEXT NOT NULL,
            palette TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE aggregate_member (
            aggregate INTEGER NOT NULL REFERENCES aggregate ON DELETE CASCADE,
            data_source INTEGER NOT NULL REFERENCES data_source ON DELETE CASCADE,
            place INTEGER NOT NULL CHECK (place BETWEEN 0 AND 199),
            PRIMARY KEY (aggregate, data_source)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX aggregate_member_source ON aggregate_member (data_source);

        CREATE TRIGGER aggregate_is_no_graph AFTER INSERT ON aggregate
            WHEN EXISTS (SELECT 1 FROM graph WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'a graph has this id'); END;
        CREATE TRIGGER graph_is_no_aggregate AFTER INSERT ON graph
            WHEN EXISTS (SELECT 1 FROM aggregate WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'an aggregate has this id'); END;
        """

    // Of a device, of a data source, or of the poller where both are NULL.
    private static let interruptions = """
        CREATE TABLE interruption (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            device INTEGER REFERENCES device ON DELETE CASCADE,
            data_source INTEGER REFERENCES data_source ON DELETE CASCADE,
            started_at INTEGER NOT NULL,
            ended_at INTEGER CHECK (ended_at >= started_at),
            code TEXT NOT NULL,
            words TEXT NOT NULL,
            lost INTEGER NOT NULL CHECK (lost >= 0),
            CHECK (device IS NULL OR data_source IS NULL)
        ) STRICT;
        CREATE INDEX interruption_device ON interruption (device) WHERE device IS NOT NULL;
        CREATE INDEX interruption_source ON interruption (data_source)
            WHERE data_source IS NOT NULL;

        CREATE TABLE heartbeat (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            alive_at INTEGER NOT NULL
        ) STRICT;
        """

    // Without references: what happened to a device is told when the device is gone, too.
    private static let events = """
        CREATE TABLE event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            happened_at INTEGER NOT NULL,
            device INTEGER,
            data_source INTEGER,
            graph INTEGER,
            name TEXT NOT NULL,
            words TEXT NOT NULL,
            details TEXT NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 1),
            last_at INTEGER NOT NULL,
            CHECK (data_source IS NULL OR device IS NOT NULL),
            CHECK (graph IS NULL OR device IS NULL)
        ) STRICT;
        CREATE INDEX event_device ON event (device, id) WHERE device IS NOT NULL;
        CREATE INDEX event_age ON event (last_at);

        CREATE TABLE event_note (
            name TEXT PRIMARY KEY,
            text TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let choices = [
        ("makes_graphs", "INTEGER NOT NULL DEFAULT 1 CHECK (makes_graphs IN (0, 1))"),
        ("is_discovered", "INTEGER NOT NULL DEFAULT 1 CHECK (is_discovered IN (0, 1))"),
        ("is_template_chosen", "INTEGER NOT NULL DEFAULT 0 CHECK (is_template_chosen IN (0, 1))"),
    ]

    private static let options = [
        ("availability", "TEXT NOT NULL DEFAULT 'snmp' CHECK (availability IN (\(methods)))"),
        (
            "ping",
            """
            TEXT NOT NULL DEFAULT 'icmp' CHECK (
                ping = 'icmp' OR ping GLOB 'tcp:[1-9]*' OR ping GLOB 'tcp-closed:[1-9]*')
            """
        ),
        (
            "ping_timeout_milliseconds",
            """
            INTEGER NOT NULL DEFAULT 400
                CHECK (ping_timeout_milliseconds BETWEEN 50 AND 10000)
            """
        ),
        ("ping_retries", "INTEGER NOT NULL DEFAULT 1 CHECK (ping_retries BETWEEN 0 AND 10)"),
        ("source_address", "TEXT CHECK (length(source_address) BETWEEN 2 AND 39)"),
        ("checks_source", "INTEGER NOT NULL DEFAULT 1 CHECK (checks_source IN (0, 1))"),
        ("objects_per_message", "INTEGER CHECK (objects_per_message BETWEEN 1 AND 60)"),
        ("max_repetitions", "INTEGER CHECK (max_repetitions BETWEEN 1 AND 60)"),
        ("agent_since", "INTEGER"),
    ]

    private static let methods =
        "'none', 'ping-and-snmp', 'snmp', 'ping', 'ping-or-snmp', 'sysdescr', 'getnext'"

    private static let deviceWithUser = """
        CREATE TABLE device_new (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 150),
            host TEXT NOT NULL CHECK (length(host) BETWEEN 1 AND 253),
            port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
            snmp_version TEXT NOT NULL CHECK (snmp_version IN ('1', '2c', '3')),
            community TEXT,
            user TEXT,
            authentication TEXT,
            authentication_passphrase TEXT,
            privacy TEXT,
            privacy_passphrase TEXT,
            context TEXT,
            context_engine_id BLOB,
            timeout_milliseconds INTEGER NOT NULL
                CHECK (timeout_milliseconds BETWEEN 100 AND 60000),
            retries INTEGER NOT NULL CHECK (retries BETWEEN 0 AND 10),
            step_seconds INTEGER NOT NULL CHECK (step_seconds BETWEEN 1 AND 86400),
            template TEXT NOT NULL,
            site TEXT,
            tags TEXT NOT NULL,
            is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
            makes_graphs INTEGER NOT NULL CHECK (makes_graphs IN (0, 1)),
            is_discovered INTEGER NOT NULL CHECK (is_discovered IN (0, 1)),
            is_template_chosen INTEGER NOT NULL CHECK (is_template_chosen IN (0, 1)),
            system TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (host, port),
            CHECK ((snmp_version = '3') = (user IS NOT NULL)),
            CHECK ((snmp_version = '3') = (community IS NULL)),
            CHECK ((authentication IS NULL) = (authentication_passphrase IS NULL)),
            CHECK ((privacy IS NULL) = (privacy_passphrase IS NULL))
        ) STRICT;
        """

    // AUTOINCREMENT keeps an id from being used again, because ids name files and URLs.
    private static let devicesAndGraphs = """
        CREATE TABLE device (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 150),
            host TEXT NOT NULL CHECK (length(host) BETWEEN 1 AND 253),
            port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
            snmp_version TEXT NOT NULL CHECK (snmp_version IN ('1', '2c')),
            community TEXT NOT NULL,
            timeout_milliseconds INTEGER NOT NULL
                CHECK (timeout_milliseconds BETWEEN 100 AND 60000),
            retries INTEGER NOT NULL CHECK (retries BETWEEN 0 AND 10),
            step_seconds INTEGER NOT NULL CHECK (step_seconds BETWEEN 1 AND 86400),
            template TEXT NOT NULL,
            site TEXT,
            tags TEXT NOT NULL,
            is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
            system TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (host, port)
        ) STRICT;

        CREATE TABLE query_row (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            device INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
            query TEXT NOT NULL,
            row_index TEXT NOT NULL,
            fields TEXT NOT NULL,
            is_present INTEGER NOT NULL CHECK (is_present IN (0, 1))
        ) STRICT;
        CREATE INDEX query_row_device ON query_row (device);
        CREATE UNIQUE INDEX query_row_place ON query_row (device, query, row_index)
            WHERE is_present = 1;

        CREATE TABLE data_source (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            device INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
            template TEXT NOT NULL,
            query_row INTEGER REFERENCES query_row ON DELETE CASCADE,
            profile TEXT NOT NULL,
            width TEXT NOT NULL CHECK (width IN ('wide', 'narrow')),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX data_source_device ON data_source (device);
        CREATE INDEX data_source_row ON data_source (query_row);
        CREATE UNIQUE INDEX data_source_of_row ON data_source (template, query_row)
            WHERE query_row IS NOT NULL;
        CREATE UNIQUE INDEX data_source_of_device ON data_source (device, template)
            WHERE query_row IS NULL;

        CREATE TABLE graph (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            device INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
            template TEXT NOT NULL,
            data_source INTEGER NOT NULL REFERENCES data_source ON DELETE CASCADE,
            title TEXT NOT NULL CHECK (length(title) > 0),
            UNIQUE (data_source, template)
        ) STRICT;
        CREATE INDEX graph_device ON graph (device);

        CREATE TABLE watch (
            device INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
            object TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (device, object)
        ) STRICT, WITHOUT ROWID;
        """
}
