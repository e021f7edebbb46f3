import GRDB
package import PollerModel

/// Graphs of many data sources.
extension Inventory {
    package func makeAggregate(
        _ order: AggregateOrder, at now: Timestamp
    ) async throws(InventoryFailure) -> Aggregate {
        try await write("make an aggregate") { database, definitions in
            let aggregate = try order.aggregate(
                Self.nextGraphID(database), in: definitions, at: now)
            try AggregateRecord(aggregate).insert(database)
            try Self.insertMembers(of: aggregate, database)
            try SearchTable.write(from: nil, to: aggregate, database)
            return aggregate
        } publish: {
            $0.replace($1)
        }
    }

    package func changeAggregate(
        _ id: GraphID, to order: AggregateOrder
    ) async throws(InventoryFailure) -> Aggregate {
        try await write("change aggregate \(id)") { database, definitions in
            guard let before = definitions.aggregates[id] else {
                throw InventoryFailure.unknownGraph(id)
            }
            var aggregate = before
            try order.apply(to: &aggregate, in: definitions)
            try AggregateRecord(aggregate).update(database)
            try AggregateMemberRecord.filter(Column("aggregate") == id.rawValue)
                .deleteAll(database)
            try Self.insertMembers(of: aggregate, database)
            try SearchTable.write(from: before, to: aggregate, database)
            return aggregate
        } publish: {
            $0.replace($1)
        }
    }

    package func removeAggregate(_ id: GraphID) async throws(InventoryFailure) -> Aggregate {
        try await write("remove aggregate \(id)") { database, definitions in
            guard let aggregate = definitions.aggregates[id] else {
                throw InventoryFailure.unknownGraph(id)
            }
            _ = try AggregateRecord.deleteOne(database, key: id.rawValue)
            try SearchTable.write(from: aggregate, to: nil, database)
            return aggregate
        } publish: {
            $0.removeAggregate($1.id)
        }
    }

    /// One transaction on the writer, where the version in memory is what the database holds; its
    /// outcome is made known after the commit.
    private func write(
        _ operation: String,
        _ body: @escaping @Sendable (Database, Definitions) throws -> Aggregate,
        publish: @escaping @Sendable (inout Definitions, Aggregate) -> Void
    ) async throws(InventoryFailure) -> Aggregate {
        do {
            return try await database.writeWithoutTransaction { database in
                var outcome: Aggregate?
                let definitions = self.definitions
                try database.inTransaction {
                    outcome = try body(database, definitions)
                    return .commit
                }
                guard let outcome else { preconditionFailure("the transaction has run") }
                self.publish { publish(&$0, outcome) }
                return outcome
            }
        } catch {
            throw Self.failure(error, operation)
        }
    }

    /// The number no graph has had yet. SQLite counts those of devices' graphs (AUTOINCREMENT) in
    /// a table of its own, which may be written: so both kinds have their numbers from there.
    private static func nextGraphID(_ database: Database) throws -> GraphID {
        let last = try Int64.fetchOne(
            database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'graph'")
        let next = (last ?? 0) + 1
        try database.execute(
            sql: last == nil
                ? "INSERT INTO sqlite_sequence (seq, name) VALUES (?, 'graph')"
                : "UPDATE sqlite_sequence SET seq = ? WHERE name = 'graph'",
            arguments: [next])
        return GraphID(next)
    }

    private static func insertMembers(of aggregate: Aggregate, _ database: Database) throws {
        guard case .list(let sources) = aggregate.members else { return }
        for (place, source) in sources.enumerated() {
            try AggregateMemberRecord(
                aggregate: aggregate.id.rawValue, place: place, dataSource: source.rawValue
            ).insert(database)
        }
    }

    static func readAggregates(_ database: Database) throws -> [Aggregate] {
        let members = try Dictionary(
            grouping: AggregateMemberRecord.order(Column("place")).fetchAll(database),
            by: \.aggregate)
        return try records(AggregateRecord.all(), database).map { record in
            try record.aggregate((members[record.id] ?? []).map { DataSourceID($0.dataSource) })
        }
    }
}
