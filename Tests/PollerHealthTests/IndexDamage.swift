import GRDB

/// An index that lacks a row of its table, as a fault of the disk would leave it.
enum IndexDamage {
    static func make(in path: String) throws {
        let index = "scratch_value"
        try DatabaseQueue(path: path).writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    CREATE TABLE scratch (value INTEGER);
                    CREATE INDEX \(index) ON scratch (value);
                    INSERT INTO scratch VALUES (1), (2);
                    """)
        }
        // While the schema does not know of the index, it does not follow.
        let row = try DatabaseQueue(path: path).writeWithoutTransaction { database -> Row? in
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM sqlite_master WHERE name = ?", arguments: [index])
            try database.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    DELETE FROM sqlite_master WHERE name = '\(index)';
                    """)
            return row
        }
        guard let row else { throw DatabaseError(message: "the index was not made") }
        try DatabaseQueue(path: path).writeWithoutTransaction { database in
            try database.execute(sql: "INSERT INTO scratch VALUES (3)")
            try database.execute(sql: "PRAGMA writable_schema = ON")
            try database.execute(
                sql: """
                    INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [row["type"], row["name"], row["tbl_name"], row["rootpage"], row["sql"]])
        }
    }
}
