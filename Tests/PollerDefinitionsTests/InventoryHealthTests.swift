import Foundation
import GRDB
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// What is read of a database without opening it as the daemon does.
@Suite struct InventoryHealthTests {
    @Test func `a database that is not there has no names, no schema and no damage`() throws {
        let path = try TemporaryFolder().path + "/pollerd.sqlite"
        #expect(Inventory.hostNames(at: path, most: 10) == [])
        #expect(Inventory.schema(at: path) == [])
        #expect(Inventory.indexDamage(at: path) == nil)
        // Nobody made it by looking.
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `names are those that somebody asks for, and the daemon's own is none`() async throws
    {
        let fixture = try InventoryFixture()
        for (name, host) in [
            ("sw1", "sw1.example.net"), ("sw2", "192.0.2.2"),
            ("pollerd", DeviceHost.daemon.description),
        ] {
            _ = try await fixture.inventory.add(fixture.new(name, host: host), at: fixture.now)
        }
        let names = Inventory.hostNames(at: fixture.folder.path + "/pollerd.sqlite", most: 10)
        #expect(names == ["sw1.example.net"])
    }

    @Test func `one that is there tells its schema, and takes its log in`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pollerd.sqlite"
        let inventory = try Inventory(path: path, catalogue: ShippedCatalogue.catalogue)
        #expect(Inventory.schema(at: path).count > 15)
        #expect(Inventory.indexDamage(at: path) == nil)
        try Inventory.writeLog(at: path)
        let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size]
        #expect((log as? Int) == 0)
        try inventory.close()
    }

    @Test func `one that is read from is busy, and not to be restored`() throws {
        let fixture = try InventoryFixture()
        let path = fixture.folder.path + "/pollerd.sqlite"
        let reader = try DatabaseQueue(path: path)
        try reader.write { try $0.execute(sql: "CREATE TABLE scratch (value INTEGER)") }
        try reader.read { database in
            // Whoever has read has a view of the log until he ends.
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master")
            let problem = #expect(throws: Problem.self) { try Inventory.writeLog(at: path) }
            #expect(problem?.what == "was not repaired: somebody works on it")
            #expect(problem?.fix == "try again in a moment")
        }
        try reader.close()
        try Inventory.writeLog(at: path)
    }

    @Test func `what is no database is said, and not repaired`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            String(repeating: "no database ", count: 500), to: "pollerd.sqlite")
        #expect(Inventory.indexDamage(at: path) == nil && Inventory.schema(at: path) == [])
        let problem = #expect(throws: Problem.self) { try Inventory.makeIndexes(at: path) }
        #expect(problem?.what.contains("was not repaired") == true && problem?.fix != nil)
    }
}
