extension InventorySchema {
    // What is audited has no references: it outlives what it is about.
    static let tokensAndAudit = """
        CREATE TABLE api_token (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            label TEXT NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
            role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'administrator')),
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            used_at INTEGER
        ) STRICT;
        CREATE INDEX api_token_account ON api_token (account);

        ALTER TABLE account ADD COLUMN second_factor_step INTEGER
            CHECK (second_factor_step IS NULL OR second_factor IS NOT NULL);

        CREATE TABLE recovery_code (
            account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            PRIMARY KEY (account, digest)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            actor TEXT NOT NULL,
            address TEXT NOT NULL,
            action TEXT NOT NULL,
            status INTEGER NOT NULL,
            notes TEXT NOT NULL,
            previous BLOB NOT NULL CHECK (length(previous) = 32),
            digest BLOB NOT NULL CHECK (length(digest) = 32)
        ) STRICT;
        CREATE INDEX audit_actor ON audit (actor);

        -- The newest record that was removed because of its age.
        CREATE TABLE audit_removed (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            record INTEGER NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32)
        ) STRICT;
        """
}
