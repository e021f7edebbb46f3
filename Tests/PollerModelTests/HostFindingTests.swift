import PollerModel
import Testing

@Suite struct HostFindingTests {
    private static let now = Timestamp(seconds: 1_700_000_000)

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
