import GRDB
package import PollerModel

/// What the transport learned of agents, kept over a restart.
extension Inventory {
    /// What was learned of agents, as it was remembered.
    package func knowledge() throws(InventoryFailure) -> SNMPKnowledge {
        do {
            return try database.read { database in
                var knowledge = SNMPKnowledge()
                knowledge.engines = try Self.records(EngineRecord.all(), database).map {
                    try $0.engine()
                }
                knowledge.habits = try Self.records(HabitsRecord.all(), database).map {
                    try $0.habits()
                }
                return knowledge
            }
        } catch {
            throw Self.failure(error, "read what was learned of agents")
        }
    }

    package func remember(_ knowledge: SNMPKnowledge) async throws(InventoryFailure) {
        do {
            try await database.write { database in
                for engine in knowledge.engines {
                    try EngineRecord(engine).insert(database, onConflict: .replace)
                }
                for habits in knowledge.habits {
                    try HabitsRecord(habits).insert(database, onConflict: .replace)
                }
                for (table, time, limit) in [
                    ("snmp_engine", "heard_at", SNMPEngineRecord.largestCount),
                    ("snmp_habits", "learned_at", SNMPHabitsRecord.largestCount),
                ] {
                    try database.execute(
                        sql: """
                            DELETE FROM \(table) WHERE id IN (
                                SELECT id FROM \(table) ORDER BY \(time) DESC LIMIT -1 OFFSET ?)
                            """,
                        arguments: [limit])
                }
            }
        } catch {
            throw Self.failure(error, "remember what was learned of agents")
        }
    }
}
