extension InventorySchema {
    static let accounts = """
        CREATE TABLE account (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(name) BETWEEN 1 AND 64),
            role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'administrator')),
            scope TEXT,
            password TEXT NOT NULL,
            is_disabled INTEGER NOT NULL CHECK (is_disabled IN (0, 1)),
            must_change_password INTEGER NOT NULL CHECK (must_change_password IN (0, 1)),
            second_factor BLOB,
            created_at INTEGER NOT NULL,
            password_changed_at INTEGER NOT NULL,
            last_login_at INTEGER,
            -- An administrator could give himself the rest.
            CHECK (role <> 'administrator' OR scope IS NULL)
        ) STRICT;

        CREATE TABLE session (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
            token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
            created_at INTEGER NOT NULL,
            used_at INTEGER NOT NULL,
            address TEXT NOT NULL,
            agent TEXT NOT NULL
        ) STRICT;
        CREATE INDEX session_account ON session (account);

        CREATE TABLE setup_link (
            digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
