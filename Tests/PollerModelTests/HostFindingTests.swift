import PollerModel
import Testing

@Suite struct HostFindingTests {
    private static let now = Timestamp(seconds: 1_795_000_000)

    /// Of a machine on which all is well.
    private func facts(_ change: (inout HostFacts) -> Void = { _ in }) -> HostFacts {
        var facts = HostFacts()
        facts.user = "pollerd"
        facts.stateFolder = "/var/lib/pollerd"
        facts.room = HostFacts.Room(
            freeBytes: 50 << 30, totalBytes: 100 << 30, freeInodes: 1_000_000,
            totalInodes: 2_000_000)
        facts.openFileLimit = 65_536
        facts.largestReceiveBuffer = 4 << 20
        facts.wantedReceiveBuffer = 4 << 20
        facts.deviceCount = 10_000
        facts.now = Self.now
        facts.aliveAt = Self.now.advanced(seconds: -10)
        facts.oldestSegmentSeconds = 60
        change(&facts)
        return facts
    }

    private func codes(_ change: (inout HostFacts) -> Void) -> [FindingCode] {
        facts(change).findings.map(\.code)
    }

    private func room(_ free: Int64, of total: Int64, inodes: Int64 = 1_000_000) -> HostFacts.Room {
        HostFacts.Room(
            freeBytes: free, totalBytes: total, freeInodes: inodes, totalInodes: 2_000_000)
    }

    @Test func `where all is well, nothing is found`() {
        #expect(facts().findings.isEmpty)
        let examination = Examination(at: Self.now, facts().findings, isOfDaemon: false)
        #expect(examination.isWell && examination.severity == nil)
        #expect(
            examination.checkCount == FindingCode.allCases.count { !$0.isOfDaemon })
    }

    @Test func `room is judged by bytes, share and inodes`() {
        #expect(codes { $0.room = room(HostFacts.fullBytes, of: 100 << 30) } == [.diskLow])
        #expect(codes { $0.room = room(HostFacts.fullBytes - 1, of: 100 << 30) } == [.diskFull])
        // Little of much is low, little of little is not.
        #expect(codes { $0.room = room(HostFacts.lowBytes - 1, of: 100 << 30) } == [.diskLow])
        #expect(codes { $0.room = room(HostFacts.lowBytes, of: 100 << 30) }.isEmpty)
        #expect(codes { $0.room = room(HostFacts.lowBytes - 1, of: 4 << 30) }.isEmpty)
        let few = HostFacts.fewestInodes
        #expect(codes { $0.room = room(50 << 30, of: 100 << 30, inodes: few) }.isEmpty)
        #expect(codes { $0.room = room(50 << 30, of: 100 << 30, inodes: few - 1) } == [.inodesLow])
    }

    @Test func `a clock behind the last run is found, and one a little behind is not`() {
        let tolerance = HostFacts.clockToleranceSeconds
        #expect(codes { $0.aliveAt = Self.now.advanced(seconds: tolerance) }.isEmpty)
        let found = facts { $0.aliveAt = Self.now.advanced(seconds: tolerance + 1) }.findings
        #expect(found.map(\.code) == [.clockBehind])
        #expect(found[0].what.contains("1 min 1 s before pollerd last ran"), "\(found[0].what)")
        #expect(codes { $0.aliveAt = nil }.isEmpty)
    }

    @Test func `a clock before Swift 6, or that nobody keeps right, is found`() {
        let earliest = HostFacts.earliestTime
        let at = { (now: Timestamp) in
            codes {
                $0.now = now
                $0.aliveAt = nil
            }
        }
        #expect(at(earliest).isEmpty)
        #expect(at(earliest.advanced(seconds: -1)) == [.clockImplausible])
        #expect(codes { $0.isClockSynchronised = true }.isEmpty)
        #expect(codes { $0.isClockSynchronised = false } == [.clockUnsynchronised])
        // It is good to know, and keeps nothing from being well.
        let noted = Examination(
            at: Self.now, facts { $0.isClockSynchronised = false }.findings, isOfDaemon: false)
        #expect(noted.isWell && noted.findings.count == 1)
    }

    @Test func `names that do not resolve are told from names that do so slowly`() {
        let found = { (change: (inout HostFacts.NameLookups) -> Void) in
            facts {
                var names = HostFacts.NameLookups()
                change(&names)
                $0.names = names
            }.findings
        }
        #expect(found { _ in }.isEmpty)
        let late = found { $0.notLookedUp = 7 }
        #expect(late.map(\.code) == [.namesSlow] && late[0].what.hasPrefix("7 were not"))
        let failing = found { $0.failures = ["sw1.example": "Name or service not known"] }
        #expect(failing.map(\.code) == [.namesFailing] && failing[0].place == "sw1.example")
        #expect(failing[0].what.contains("Name or service not known"))
        let absent = found {
            $0.failures = ["sw1.example": "Temporary failure in name resolution"]
            $0.hasServer = false
        }
        #expect(absent.map(\.code) == [.namesUnresolvable])
        let slow = found {
            for number in 1...7 { $0.slow["sw\(number)"] = Int64(number) * 1_000 }
            $0.notLookedUp = 3
        }
        #expect(slow.map(\.code) == [.namesSlow])
        #expect(slow[0].place == "sw1, sw2, sw3, sw4, sw5 and 2 more")
        #expect(slow[0].what.contains("7000 ms"))
        #expect(slow[0].what.contains("; 3 more names were not looked up"))
    }

    @Test func `what is too open, missing or left over is found, and can be repaired`() {
        let largest = HostFacts.largestLogBytes
        #expect(codes { $0.databaseLogBytes = largest }.isEmpty)
        #expect(codes { $0.databaseLogBytes = largest + 1 } == [.databaseLogLarge])
        let broken = facts {
            $0.exposed = ["pollerd.sqlite", "pollerd.sqlite-wal"]
            $0.isFolderExposed = true
            $0.exposedSocket = "/run/pollerd/pollerd.sock"
            $0.lackingFolders = ["journal"]
            $0.leftovers = ["/var/lib/pollerd/.write-test-1", "/var/lib/pollerd/.write-test-2"]
            $0.leftoverSockets = ["/run/pollerd/web.sock"]
            $0.indexDamage = "row 3 missing from index device_name"
            $0.databaseLogBytes = largest + 1
        }
        #expect(
            Set(broken.findings.map(\.code)) == [
                .stateExposed, .socketExposed, .stateIncomplete, .stateLeftovers,
                .databaseIndexDamaged, .databaseLogLarge,
            ])
        let state = "/var/lib/pollerd"
        #expect(
            broken.repairs == [
                .makeFolder("\(state)/journal"), .protect(folder: state),
                .close(path: "\(state)/pollerd.sqlite"),
                .close(path: "\(state)/pollerd.sqlite-wal"),
                .close(path: "/run/pollerd/pollerd.sock"),
                .removeLeftover(path: "\(state)/.write-test-1"),
                .removeLeftover(path: "\(state)/.write-test-2"),
                .removeSocket(path: "/run/pollerd/web.sock"),
                .makeIndexes(database: "\(state)/pollerd.sqlite"),
                .writeLog(database: "\(state)/pollerd.sqlite"),
            ])
        #expect(facts().repairs.isEmpty)
        // What is damaged in another way is left alone.
        let damaged = facts {
            $0.database = .init(place: "p", what: "w", fix: "f")
            $0.indexDamage = "row 3 missing from index device_name"
            $0.databaseLogBytes = largest + 1
        }
        #expect(damaged.repairs.isEmpty)
        // The log of a database that is gone may be all that is left of it.
        let gone = facts {
            $0.isDatabaseMissing = true
            $0.databaseLogBytes = largest + 1
        }
        #expect(gone.repairs.isEmpty && gone.findings.isEmpty)
        let missing = facts {
            $0.state = .unusable("No such file or directory", isOtherThing: false)
        }
        #expect(missing.repairs == [.makeFolder(state)])
        #expect(facts { $0.state = .unusable("no", isOtherThing: true) }.repairs.isEmpty)
    }

    @Test func `settings that contradict each other are a warning`() {
        let found = facts {
            $0.contradictions = [.init(place: "polling", what: "is too patient", fix: "lower it")]
        }.findings
        #expect(found.map(\.code) == [.settingsContradict] && found[0].severity == .warning)
    }

    @Test func `a journal is stale after hours, files and buffers are few below their limits`() {
        let hours = HostFacts.oldestSegmentSeconds
        #expect(codes { $0.oldestSegmentSeconds = hours - 1 }.isEmpty)
        #expect(codes { $0.oldestSegmentSeconds = hours } == [.journalStale])
        let files = HostFacts.fewestOpenFiles
        #expect(codes { $0.openFileLimit = files }.isEmpty)
        #expect(codes { $0.openFileLimit = files - 1 } == [.limitsFiles])
        #expect(codes { $0.largestReceiveBuffer = (4 << 20) - 1 } == [.receiveBuffer])
        #expect(
            codes {
                $0.largestReceiveBuffer = 212_992
                $0.deviceCount = HostFacts.fleetForUsualBuffer
            }.isEmpty)
    }

    @Test func `everything that is broken is found at once, the worst first`() {
        let found = facts {
            $0.settings = [.init(place: "pollerd.yaml:1:1", what: "is not YAML", fix: nil)]
            $0.resources = .init(place: "/usr/share/pollerd", what: "is not there", fix: "set it")
            $0.lackingProfile = .init(interval: 45, steps: [10, 60, 300])
            $0.splitFolders = ["rrd"]
            ($0.foreign, $0.foreignCount) = (["pollerd.sqlite"], 4)
            $0.exposed = ["pollerd.sqlite"]
            $0.database = .init(place: "pollerd.sqlite", what: "is damaged", fix: "restore it")
            $0.quarantinedCount = 2
            $0.missingFonts = ["DejaVuSans.ttf"]
            $0.listening = .init(place: "127.0.0.1:8080", what: "is taken", fix: "stop it")
            $0.socket = .init(place: "/run/x", what: "is a file", fix: "move it")
            $0.unknownZone = "Mars/Olympus"
        }.findings
        let examination = Examination(at: Self.now, found, isOfDaemon: false)
        #expect(
            Set(examination.findings.map(\.code)) == [
                .settingsInvalid, .resourcesMissing, .settingsNoProfile, .stateSplit,
                .stateForeign, .stateExposed, .databaseUnusable, .quarantineFilled, .fontsMissing,
                .listenTaken, .socketUnusable, .clockZone,
            ])
        #expect(examination.findings.count == 12 && !examination.isWell)
        let severities = examination.findings.map(\.severity)
        #expect(severities == severities.sorted(by: >) && examination.severity == .error)
        for finding in examination.findings where finding.code != .settingsInvalid {
            #expect(finding.fix?.isEmpty == false, "\(finding)")
        }
    }

    @Test
    func `a state folder that is not there, is something else or is not ours has three fixes`() {
        let fix = { (state: HostFacts.FolderState) in
            facts { $0.state = state }.findings.first?.fix
        }
        #expect(
            fix(.unusable("No such file or directory", isOtherThing: false))
                == "create it: install -d -m 0750 -o pollerd /var/lib/pollerd")
        #expect(fix(.unusable("Not a directory", isOtherThing: true))?.hasPrefix("move") == true)
        #expect(fix(.unwritable("Permission denied"))?.contains("chown pollerd") == true)
    }

    @Test func `files without a database are said before an empty one is made`() {
        #expect(codes { $0.hasFilesWithoutDatabase = true } == [.databaseMissing])
        #expect(
            codes {
                $0.hasFilesWithoutDatabase = true
                $0.database = .init(place: "p", what: "w", fix: "f")
            } == [.databaseUnusable])
    }
}
