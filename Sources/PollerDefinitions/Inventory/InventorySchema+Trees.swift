extension InventorySchema {
    // Without references to devices and graphs: what is gone is not shown, and left away when its
    // tree is saved the next time. Dashboards outlive the account of their owner.
    static let treesAndDashboards = """
        CREATE TABLE tree (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 150),
            ordering TEXT NOT NULL CHECK (ordering IN ('hand', 'name')),
            version INTEGER NOT NULL CHECK (version > 0),
            next_node INTEGER NOT NULL CHECK (next_node > 0),
            changed_at INTEGER NOT NULL,
            changed_by TEXT NOT NULL
        ) STRICT;

        CREATE TABLE tree_node (
            tree INTEGER NOT NULL REFERENCES tree ON DELETE CASCADE,
            id INTEGER NOT NULL CHECK (id > 0),
            parent INTEGER,
            place INTEGER NOT NULL CHECK (place BETWEEN 0 AND 4999),
            kind TEXT NOT NULL CHECK (kind IN ('branch', 'device', 'site', 'graph', 'rule')),
            name TEXT CHECK (length(name) BETWEEN 1 AND 150),
            ordering TEXT CHECK (ordering IN ('hand', 'name')),
            subject INTEGER,
            site TEXT,
            rule TEXT,
            PRIMARY KEY (tree, id),
            CHECK ((kind = 'branch') = (ordering IS NOT NULL)),
            CHECK (kind <> 'branch' OR name IS NOT NULL),
            CHECK ((kind IN ('device', 'graph')) = (subject IS NOT NULL)),
            CHECK ((kind = 'site') = (site IS NOT NULL)),
            CHECK ((kind = 'rule') = (rule IS NOT NULL))
        ) STRICT, WITHOUT ROWID;

        INSERT INTO tree (name, ordering, version, next_node, changed_at, changed_by)
            VALUES ('All devices', 'hand', 1, 2, unixepoch() * 1000, 'pollerd');
        INSERT INTO tree_node (tree, id, place, kind, name, rule)
            SELECT id, 1, 0, 'rule', 'By site', '{"grouping":"site","members":{}}' FROM tree;

        CREATE TABLE dashboard (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 150),
            owner TEXT NOT NULL,
            owner_account INTEGER,
            is_shared INTEGER NOT NULL CHECK (is_shared IN (0, 1)),
            columns INTEGER NOT NULL CHECK (columns BETWEEN 1 AND 4),
            tiles TEXT NOT NULL,
            version INTEGER NOT NULL CHECK (version > 0),
            changed_at INTEGER NOT NULL,
            changed_by TEXT NOT NULL
        ) STRICT;
        """
}
