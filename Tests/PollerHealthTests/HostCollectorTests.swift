import Foundation
import PollerDefinitions
import PollerHealth
import PollerModel
import TestSupport
import Testing

/// Installations on a real file system, whole and broken.
@Suite struct HostCollectorTests {
    /// A state folder, a socket's place and the shipped resources.
    private struct Installation {
        let folder: TemporaryFolder
        var settings = Settings()
        var state: String { settings.state.folder }

        init() throws {
            folder = try TemporaryFolder()
            settings.state.folder = folder.path + "/state"
            settings.admin.socket = folder.path + "/pollerd.sock"
            settings.resources.folder = Places.resources
            settings.resources.siteFolder = folder.path + "/site"
            settings.web.port = try Ports.freeTCP()
            try FileManager.default.createDirectory(
                atPath: folder.path + "/state", withIntermediateDirectories: false)
        }

        func codes(_ problems: [Problem] = [], at now: Timestamp? = nil) -> [FindingCode] {
            findings(problems, at: now).map(\.code)
        }

        func findings(_ problems: [Problem] = [], at now: Timestamp? = nil) -> [Finding] {
            var collector = HostCollector(settings: settings, problems: problems)
            let present = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
            collector.collect(at: now ?? present)
            // What this machine has little of says nothing of the installation.
            var facts = collector.facts
            facts.room = nil
            facts.isClockSynchronised = nil
            return facts.findings
        }

        func openInventory() throws -> Inventory {
            try Inventory(path: state + "/pollerd.sqlite", catalogue: ShippedCatalogue.catalogue)
        }
    }

    @Test func `a new installation is well, and so is one that has a database`() throws {
        let installation = try Installation()
        #expect(installation.codes() == [])
        try installation.openInventory().close()
        #expect(installation.codes() == [])
        // Looking leaves nothing of its own; SQLite's own files may stand beside the database.
        let left = try FileManager.default.contentsOfDirectory(atPath: installation.state)
        #expect(left.allSatisfy { $0.hasPrefix("pollerd.sqlite") }, "\(left)")
    }

    @Test func `settings, resources, interval and fonts are looked at`() throws {
        var installation = try Installation()
        let problem = Problem(place: "pollerd.yaml:1:1", what: "is not YAML")
        #expect(installation.codes([problem]) == [.settingsInvalid])
        installation.settings.polling.defaultIntervalSeconds = 45
        #expect(installation.codes() == [.settingsNoProfile])
        try installation.folder.write("name: [\n", to: "site/profiles/broken.yaml")
        #expect(installation.codes() == [.catalogueInvalid])
        installation.settings.resources.folder = "/nonexistent"
        #expect(installation.codes() == [.resourcesMissing])
    }

    @Test func `a state folder that is not there, or is a file, is said`() throws {
        var installation = try Installation()
        installation.settings.state.folder += "/missing"
        #expect(installation.codes() == [.stateUnusable])
        installation.settings.state.folder = try installation.folder.write("x", to: "file")
        let found = installation.findings()
        #expect(found.map(\.code) == [.stateUnusable])
        #expect(found[0].fix?.hasPrefix("move it away") == true)
        installation.settings.state.folder = "/proc"
        #expect(installation.codes() == [.stateUnwritable])
    }

    @Test func `a damaged database, an exposed one and one that is missing are told apart`() throws
    {
        let installation = try Installation()
        let database = installation.state + "/pollerd.sqlite"
        try installation.openInventory().close()
        chmod(database, 0o644)
        #expect(installation.codes() == [.stateExposed])
        chmod(database, 0o640)
        #expect(installation.codes() == [])
        for rest in ["-wal", "-shm"] { unlink(database + rest) }
        try Data(repeating: 0x6e, count: 8_192).write(to: URL(filePath: database))
        #expect(installation.codes() == [.databaseUnusable])
        try FileManager.default.removeItem(atPath: database)
        try FileManager.default.createDirectory(
            atPath: installation.state + "/rrd/1", withIntermediateDirectories: true)
        #expect(installation.codes() == [.databaseMissing])
    }

    @Test func `what somebody else owns is counted and named`() throws {
        guard geteuid() == 0 else { return }
        let installation = try Installation()
        for number in 1...5 {
            let path = try installation.folder.write("x", to: "state/rrd/1/\(number).rrd")
            chown(path, 12_345, 12_345)
        }
        try installation.openInventory().close()
        let found = installation.findings()
        #expect(found.map(\.code) == [.stateForeign], "\(found)")
        #expect(found[0].what.hasPrefix("5 files in it"), "\(found[0].what)")
        #expect(found[0].what.hasSuffix("rrd/1/1.rrd, rrd/1/2.rrd, rrd/1/3.rrd …"))
    }

    @Test func `files in quarantine are counted without their texts`() throws {
        let installation = try Installation()
        for name in ["a.rrd", "a.rrd.txt", "b.rrd", "b.rrd.txt"] {
            try installation.folder.write("x", to: "state/quarantine/\(name)")
        }
        let found = installation.findings()
        #expect(found.map(\.code) == [.quarantineFilled])
        #expect(found[0].what.hasPrefix("holds 2 files"))
    }

    @Test func `a journal is stale when a segment with samples in it is old`() throws {
        let installation = try Installation()
        let segment = try installation.folder.write(
            String(repeating: "x", count: 5_000), to: "state/journal/0000000001.journal")
        try installation.folder.write("x", to: "state/journal/0000000002.journal")
        #expect(installation.codes() == [])
        let old = Date(timeIntervalSinceNow: -7 * 3_600)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: segment)
        #expect(installation.codes() == [.journalStale])
        // One without samples may be as old as it likes.
        try installation.folder.write("x", to: "state/journal/0000000001.journal")
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: segment)
        #expect(installation.codes() == [])
    }

    @Test func `a clock behind the last run of a daemon is said`() async throws {
        let installation = try Installation()
        let inventory = try installation.openInventory()
        let now = Timestamp(seconds: 1_795_622_400)
        try await inventory.write(InterruptionBatch(aliveAt: now))
        try inventory.close()
        #expect(installation.codes(at: now) == [])
        #expect(installation.codes(at: now.advanced(seconds: -3_600)) == [.clockBehind])
    }

    @Test func `addresses that are taken are said, unless a daemon has them`() throws {
        let installation = try Installation()
        let port = installation.settings.web.port
        let socket = try LoopbackSocket(.tcp)
        try socket.bind(to: port)
        try #require(listen(socket.descriptor, 1) == 0)
        try installation.folder.write("precious", to: "pollerd.sock")
        #expect(installation.codes() == [.listenTaken, .socketUnusable])
        let lock = try StateLock(folder: installation.state)
        // A daemon has a journal.
        #expect(installation.codes() == [.stateIncomplete])
        try FileManager.default.createDirectory(
            atPath: installation.state + "/journal", withIntermediateDirectories: false)
        #expect(installation.codes() == [])
        withExtendedLifetime(lock) {}
    }
}
