extension InventorySchema {
    static let graphEdits = """
        CREATE TABLE graph_edit (
            graph INTEGER NOT NULL REFERENCES graph ON DELETE CASCADE,
            version INTEGER NOT NULL CHECK (version > 0),
            override TEXT NOT NULL,
            edited_at INTEGER NOT NULL,
            edited_by TEXT NOT NULL,
            PRIMARY KEY (graph, version)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE graph_filter (
            account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
            query TEXT NOT NULL CHECK (length(query) <= 1000),
            PRIMARY KEY (account, name)
        ) STRICT, WITHOUT ROWID;
        """
}
