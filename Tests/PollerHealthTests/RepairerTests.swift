import Foundation
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

@testable import PollerHealth

/// Each repair on a real folder, and everything looked at again.
@Suite struct RepairerTests {
    private let folder: TemporaryFolder
    private let state: String
    private let settings: Settings

    init() throws {
        folder = try TemporaryFolder()
        state = folder.path + "/state"
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o750])
        let file = try folder.write(
            """
            web: {listen: "127.0.0.1:\(Ports.freeTCP())"}
            admin: {socket: pollerd.sock}
            state: {folder: state}
            resources: {folder: "\(Places.resources)"}
            """, to: "pollerd.yaml")
        settings = SettingsLoader.load(file).settings
        let (catalogue, _) = (ShippedCatalogue.catalogue, ShippedCatalogue.problems)
        try Inventory(path: state + "/pollerd.sqlite", catalogue: catalogue).close()
    }

    private func facts() -> HostFacts {
        var collector = HostCollector(settings: settings, problems: [])
        collector.collect(
            at: Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
        collector.checkIndexes()
        return collector.facts
    }

    private func mode(_ path: String) throws -> Int {
        let found = try FileManager.default.attributesOfItem(atPath: path)
        return (found[.posixPermissions] as? Int) ?? -1
    }

    private func repaired() -> [RepairReport] {
        Repairer(stateFolder: state).run(facts().repairs, isPlanned: false)
    }

    @Test func `where all is well there is nothing to do`() {
        #expect(facts().repairs.isEmpty)
    }

    @Test func `a plan changes nothing, and the repair does`() throws {
        chmod(state + "/pollerd.sqlite", 0o644)
        chmod(state, 0o777)
        let plan = Repairer(stateFolder: state).run(facts().repairs, isPlanned: true)
        #expect(plan.map(\.outcome) == [.planned, .planned])
        #expect(try mode(state + "/pollerd.sqlite") == 0o644)
        #expect(repaired().map(\.outcome) == [.done, .done])
        #expect(try mode(state + "/pollerd.sqlite") == 0o640)
        #expect(try mode(state) == 0o775)
        #expect(facts().repairs.isEmpty)
    }

    @Test func `old files of a moment go, and young ones and others stay`() throws {
        let old = state + "/.write-test-1"
        let young = state + "/.write-test-2"
        let reshaped = state + "/rrd/7/3.rrd.reshape"
        let data = state + "/rrd/7/3.rrd"
        for path in [
            "state/.write-test-1", "state/.write-test-2", "state/rrd/7/3.rrd.reshape",
            "state/rrd/7/3.rrd",
        ] {
            try folder.write("x", to: path)
        }
        let hours = Date().addingTimeInterval(-7_200)
        for path in [old, reshaped, data] {
            try FileManager.default.setAttributes([.modificationDate: hours], ofItemAtPath: path)
        }
        #expect(facts().leftovers == [old, reshaped])
        #expect(repaired().map(\.outcome) == [.done, .done])
        let left = [old, young, reshaped, data].map { FileManager.default.fileExists(atPath: $0) }
        #expect(left == [false, true, false, true])
    }

    @Test func `while a daemon works on the state, what could disturb it waits`() throws {
        try folder.write("x", to: "state/.write-test-1")
        try FileManager.default.setAttributes(
            [.modificationDate: Date().addingTimeInterval(-7_200)],
            ofItemAtPath: state + "/.write-test-1")
        chmod(state + "/pollerd.sqlite", 0o644)
        let lock = try StateLock(folder: state)
        // Its journal is gone too.
        #expect(facts().findings.map(\.code).contains(.stateIncomplete))
        let reports = repaired()
        #expect(reports.map(\.outcome) == [.done, .done, .postponed])
        #expect(reports[2].fix?.contains("systemctl stop pollerd") == true)
        #expect(FileManager.default.fileExists(atPath: state + "/.write-test-1"))
        #expect(FileManager.default.fileExists(atPath: state + "/journal"))
        withExtendedLifetime(lock) {}
    }

    @Test func `a socket that nobody listens on goes, and anything else stays`() throws {
        let path = folder.path + "/pollerd.sock"
        do {
            let listener = try UnixSocketFile(path)
            #expect(facts().leftoverSockets.isEmpty, "somebody listens")
            withExtendedLifetime(listener) {}
        }
        #expect(facts().leftoverSockets == [path])
        #expect(repaired().map(\.outcome) == [.done])
        #expect(!FileManager.default.fileExists(atPath: path))
        try folder.write("precious", to: "pollerd.sock")
        #expect(facts().repairs.isEmpty)
        let forced = Repairer(stateFolder: state).run([.removeSocket(path: path)], isPlanned: false)
        #expect(forced.map(\.outcome) == [.failed])
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func `an index that does not fit its table is found, and made anew`() throws {
        let database = state + "/pollerd.sqlite"
        try IndexDamage.make(in: database)
        let found = facts()
        #expect(found.indexDamage?.contains("index") == true, "\(found)")
        #expect(found.findings.map(\.code).contains(.databaseIndexDamaged))
        #expect(repaired().map(\.outcome) == [.done])
        #expect(facts().indexDamage == nil && facts().repairs.isEmpty)
    }

    @Test func `a symbolic link is not followed`() throws {
        let elsewhere = try folder.write("x", to: "elsewhere")
        chmod(elsewhere, 0o644)
        symlink(elsewhere, state + "/link")
        let report = Repairer(stateFolder: state).run(
            [.close(path: state + "/link")], isPlanned: false)
        #expect(report.map(\.outcome) == [.failed])
        #expect(try mode(elsewhere) == 0o644)
    }

    @Test(.enabled(if: geteuid() == 0))
    func `what root makes belongs to the owner of the state folder`() throws {
        let nobody: uid_t = 65_534
        try #require(chown(state, nobody, nobody) == 0)
        let owner = { (path: String) -> uid_t? in
            var found = stat()
            return lstat(path, &found) == 0 ? found.st_uid : nil
        }
        let lock = try StateLock(folder: state)
        #expect(owner(state + "/pollerd.lock") == nobody)
        withExtendedLifetime(lock) {}
        let made = Repairer(stateFolder: state).run(
            [.makeFolder(state + "/journal")], isPlanned: false)
        #expect(made.map(\.outcome) == [.done])
        #expect(owner(state + "/journal") == nobody)
        // Nobody knows whose the state folder itself is to be.
        let other = folder.path + "/other"
        let refused = Repairer(stateFolder: other).run([.makeFolder(other)], isPlanned: false)
        #expect(refused.map(\.outcome) == [.failed])
        #expect(refused[0].fix?.contains("install -d -m 0750 -o ") == true)
        #expect(!FileManager.default.fileExists(atPath: other))
    }

    @Test(.enabled(if: geteuid() != 0, "root does not make a state folder"))
    func `a state folder that is missing does not hinder other repairs`() throws {
        let state = folder.path + "/missing"
        let socket = try folder.write("", to: "leftover.sock")
        let reports = Repairer(stateFolder: state).run(
            [.removeLeftover(path: socket), .makeFolder(state)], isPlanned: false)
        #expect(reports.map(\.outcome) == [.done, .done])
    }

    @Test func `a lock file that is a link is not followed`() throws {
        let elsewhere = try folder.write("precious", to: "elsewhere")
        symlink(elsewhere, state + "/pollerd.lock")
        #expect(throws: Problem.self) { _ = try StateLock(folder: state) }
        #expect(try String(contentsOfFile: elsewhere, encoding: .utf8) == "precious")
    }

    @Test func `the log of a database that is gone is left as it is`() throws {
        let database = state + "/pollerd.sqlite"
        try FileManager.default.removeItem(atPath: database)
        let log = try folder.write("x", to: "state/pollerd.sqlite-wal")
        let size = HostFacts.largestLogBytes + 1
        try #require(truncate(log, off_t(size)) == 0)
        #expect(facts().isDatabaseMissing && facts().databaseLogBytes == size)
        #expect(!facts().repairs.contains(.writeLog(database: database)))
        let forced = Repairer(stateFolder: state).run(
            [.writeLog(database: database), .makeIndexes(database: database)], isPlanned: false)
        #expect(forced.map(\.outcome) == [.failed, .failed])
        #expect(forced[0].reason?.contains("it is not there") == true)
        #expect(!FileManager.default.fileExists(atPath: database))
        #expect(FileManager.default.fileExists(atPath: database + "-wal"))
    }

    @Test func `a folder that is missing is made, and what cannot be is said`() {
        let made = Repairer(stateFolder: state).run(
            [
                .makeFolder(state + "/journal"), .makeFolder("/proc/pollerd"),
            ], isPlanned: false)
        #expect(made.map(\.outcome) == [.done, .failed])
        #expect(made[1].reason?.contains("/proc/pollerd: cannot be made") == true)
        #expect(made[1].fix != nil)
    }
}

/// A socket at a path that somebody listens on, until it is let go of; the path stays.
private final class UnixSocketFile {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(descriptor, 1) == 0)
    }

    deinit { close(descriptor) }
}
