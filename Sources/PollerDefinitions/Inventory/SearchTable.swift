import GRDB
import PollerModel

/// What can be found, in two tables: `search_entry` holds the texts, and `search_text` which three
/// characters stand where in them (FTS5, tokenizer trigram). Trigrams find a word wherever it
/// stands in a name, which prefixes of words do not: people look for `1/0/24` and for the end of a
/// serial number.
///
/// Changes are written by whoever changes the definitions, in the same transaction. A trigger
/// would do it too, but needs `trusted_schema`.
enum SearchTable {
    /// Counts changes of what entries are made of.
    private static let format = 1

    static let schema = """
        CREATE TABLE search_entry (
            id INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            device INTEGER,
            name TEXT NOT NULL,
            texts TEXT NOT NULL,
            addresses TEXT NOT NULL
        ) STRICT;
        CREATE INDEX search_entry_name ON search_entry (kind, name);

        CREATE VIRTUAL TABLE search_text USING fts5(
            name, texts, addresses, content = 'search_entry', content_rowid = 'id',
            tokenize = 'trigram case_sensitive 1');

        CREATE TABLE search_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            fingerprint TEXT NOT NULL
        ) STRICT;
        """

    // MARK: Ids

    /// Ids of one kind are a range of numbers, so that FTS5 passes over all others.
    private static let kindShift: Int64 = 44

    static func number(_ kind: SearchKind) -> Int64 {
        switch kind {
        case .device: 1
        case .row: 2
        case .graph: 3
        }
    }

    /// nil for numbers that no inventory comes to.
    static func id(_ key: SearchEntry.Key) -> Int64? {
        (0..<1 << kindShift).contains(key.id) ? number(key.kind) << kindShift | key.id : nil
    }

    static func ids(_ kind: SearchKind) -> ClosedRange<Int64> {
        let first = number(kind) << kindShift
        return first...first + (1 << kindShift) - 1
    }

    // MARK: Changes

    static func write(
        from old: DeviceDefinition?, to new: DeviceDefinition?, _ catalogue: Catalogue,
        _ database: Database
    ) throws {
        try write(SearchEntry.changes(from: old, to: new, catalogue: catalogue), database)
    }

    static func write(
        from old: Aggregate?, to new: Aggregate?, _ database: Database
    ) throws {
        let entry = { (aggregate: Aggregate?) in aggregate.map { [SearchEntry($0)] } ?? [] }
        try write(SearchChanges(from: entry(old), to: entry(new)), database)
    }

    private static func write(_ changes: SearchChanges, _ database: Database) throws {
        do {
            for key in changes.outdated { try remove(key, database) }
            for entry in changes.current { try insert(entry, database) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            // An index can be made anew, so it does not stand in the way of what it is of.
            try database.execute(sql: "UPDATE search_state SET fingerprint = ''")
        }
    }

    /// FTS5 has to be told what it was told before, and the entry remembers that.
    private static func remove(_ key: SearchEntry.Key, _ database: Database) throws {
        guard let id = id(key) else { return }
        let forgetting = try database.cachedStatement(
            sql: """
                INSERT INTO search_text (search_text, rowid, name, texts, addresses)
                    SELECT 'delete', id, name, texts, addresses FROM search_entry WHERE id = ?
                """)
        try forgetting.execute(arguments: [id])
        try database.cachedStatement(sql: "DELETE FROM search_entry WHERE id = ?")
            .execute(arguments: [id])
    }

    private static func insert(_ entry: SearchEntry, _ database: Database) throws {
        guard let id = id(entry.key) else { return }
        if try !keep(entry, id, database) {
            // What a damaged index left behind.
            try remove(entry.key, database)
            _ = try keep(entry, id, database)
        }
        let learning = try database.cachedStatement(
            sql: """
                INSERT INTO search_text (rowid, name, texts, addresses) VALUES (?, ?, ?, ?)
                """)
        try learning.execute(arguments: [id, entry.name, entry.texts, entry.addresses])
    }

    /// False where there is an entry of this id already, which stays as it is.
    private static func keep(
        _ entry: SearchEntry, _ id: Int64, _ database: Database
    ) throws -> Bool {
        let keeping = try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO search_entry (id, kind, device, name, texts, addresses)
                    VALUES (?, ?, ?, ?, ?, ?)
                """)
        try keeping.execute(
            arguments: [
                id, number(entry.key.kind), entry.device?.rawValue, entry.name, entry.texts,
                entry.addresses,
            ])
        return database.changesCount > 0
    }

    // MARK: Anew

    /// What the entries depend on besides the devices.
    static func fingerprint(_ catalogue: Catalogue) -> String {
        let queries = catalogue.dataQueries.values.sorted { $0.name < $1.name }.map {
            "\($0.name) \($0.identity)"
        }
        let words = ["\(format)"] + queries
        return String(StableHash.fnv1a(words.joined(separator: "\n").utf8), radix: 36)
    }

    static func isCurrent(_ catalogue: Catalogue, _ database: Database) throws -> Bool {
        try String.fetchOne(database, sql: "SELECT fingerprint FROM search_state")
            == fingerprint(catalogue)
    }

    /// Makes the index of these devices and aggregates from nothing.
    static func rebuild(_ definitions: Definitions, _ database: Database) throws {
        let catalogue = definitions.catalogue
        try database.execute(sql: "DELETE FROM search_entry")
        for definition in definitions.devices.values {
            for entry in SearchEntry.all(of: definition, catalogue: catalogue) {
                if let id = id(entry.key) { _ = try keep(entry, id, database) }
            }
        }
        for entry in definitions.aggregates.values.map(SearchEntry.init) {
            if let id = id(entry.key) { _ = try keep(entry, id, database) }
        }
        try database.execute(
            sql: """
                INSERT INTO search_text (search_text) VALUES ('rebuild');
                DELETE FROM search_state;
                """)
        try database.execute(
            sql: "INSERT INTO search_state (id, fingerprint) VALUES (1, ?)",
            arguments: [fingerprint(catalogue)])
    }
}
