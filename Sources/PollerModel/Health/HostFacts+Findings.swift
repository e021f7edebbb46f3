/// The judgement of a machine: every threshold is here.
extension HostFacts {
    /// Less room than this is an error, and less than `lowBytes` or `lowShare` a warning.
    package static let fullBytes: Int64 = 64 << 20
    package static let lowBytes: Int64 = 1 << 30
    /// Of all there is, in percent.
    package static let lowShare: Int64 = 5
    package static let fewestInodes: Int64 = 10_000
    /// A segment of the journal is let go of long before, when its rows can be written.
    package static let oldestSegmentSeconds: Int64 = 6 * 3_600
    /// Connections of pages, sockets of SNMP, the journal, and the files of a batch.
    package static let fewestOpenFiles: Int64 = 1_024
    /// Devices for which the kernel's usual buffer is enough.
    package static let fleetForUsualBuffer = 1_000
    /// So far a clock may lie behind the time at which the daemon last ran.
    package static let clockToleranceSeconds: Int64 = 60

    /// SQLite brings its log into the database every thousand pages, which are 4 MiB; more is kept
    /// only by a reader that does not end.
    package static let largestLogBytes: Int64 = 64 << 20
    /// When Swift 6 was released, in which pollerd is written: no right clock shows a time before.
    package static let earliestTime = Timestamp(seconds: 1_726_531_200)
    private var databasePath: String { "\(stateFolder)/pollerd.sqlite" }
    /// As a shell takes it.
    private var quotedFolder: String { ShellText.word(stateFolder) }

    /// Everything that is wrong, in the order in which it is looked at.
    package var findings: [Finding] {
        installation + contradictions.map { finding(.settingsContradict, $0) }
            + [stateFinding].compactMap { $0 } + stateFindings + roomFindings
            + databaseFindings + keptFindings + fontFindings + addressFindings + limitFindings
            + clockFindings + nameFindings
    }

    private func finding(_ code: FindingCode, _ complaint: Complaint) -> Finding {
        Finding(code, place: complaint.place, what: complaint.what, fix: complaint.fix)
    }

    private var installation: [Finding] {
        var found = settings.map { finding(.settingsInvalid, $0) }
        if let resources { found.append(finding(.resourcesMissing, resources)) }
        found += catalogue.map { finding(.catalogueInvalid, $0) }
        if let lackingProfile {
            let steps = lackingProfile.steps.map(String.init).joined(separator: ", ")
            found.append(
                Finding(
                    .settingsNoProfile, place: "polling.default_interval_seconds",
                    what: "is \(lackingProfile.interval), and no profile has that step",
                    fix: "use one of \(steps)"))
        }
        return found
    }

    private var stateFinding: Finding? {
        switch state {
        case .usable: nil
        case .unusable(let words, let isOtherThing):
            Finding(
                .stateUnusable, place: stateFolder,
                what: "the state folder cannot be used: \(words)",
                fix: isOtherThing
                    ? "move it away, or set state.folder to another place"
                    : "create it: install -d -m 0750 -o \(user) \(quotedFolder)")
        case .unwritable(let words):
            Finding(
                .stateUnwritable, place: stateFolder,
                what: "the state folder cannot be written: \(words)",
                fix: "give it to this user (chown \(user) \(quotedFolder)), or remount it writable")
        }
    }

    private var stateFindings: [Finding] {
        var found = splitFolders.map {
            Finding(
                .stateSplit, place: "\(stateFolder)/\($0)",
                what: "lies on another file system than the state folder",
                fix: "move the whole state folder there, or set state.folder")
        }
        if let otherHolder {
            found.append(
                Finding(
                    .stateInUse, place: "\(stateFolder)/pollerd.lock",
                    what: "process \(otherHolder) works on this state folder already, and does not "
                        + "answer at the admin socket of these settings",
                    fix: "stop it (kill \(otherHolder)), or set state.folder to another folder"))
        }
        if foreignCount > 0 {
            let names = foreign.joined(separator: ", ")
            found.append(
                Finding(
                    .stateForeign, place: stateFolder,
                    what: "\(foreignCount) files in it belong to somebody else than the folder: "
                        + names + (foreignCount > foreign.count ? " …" : ""),
                    fix: "chown -R --reference=\(quotedFolder) \(quotedFolder)"))
        }
        found += lackingFolders.map {
            Finding(
                .stateIncomplete, place: "\(stateFolder)/\($0)",
                what: "is not there, though pollerd works on the state folder",
                fix: "restart pollerd, which makes it: systemctl restart pollerd")
        }
        if isFolderExposed {
            found.append(
                Finding(
                    .stateExposed, place: stateFolder, what: "can be changed by others",
                    fix: "chmod o-w \(quotedFolder)"))
        }
        if let first = exposed.first {
            // The database and what lies beside it: one fault, and one command.
            let rest = exposed.count - 1
            found.append(
                Finding(
                    .stateExposed,
                    place: "\(stateFolder)/\(first)" + (rest > 0 ? " and \(rest) more" : ""),
                    what: "can be read by others",
                    fix: "chmod 0600 "
                        + exposed.map { ShellText.word("\(stateFolder)/\($0)") }.joined(
                            separator: " ")))
        }
        return found + leftoverFinding
    }

    private var leftoverFinding: [Finding] {
        guard let first = leftovers.first else { return [] }
        let rest = leftovers.count - 1
        return [
            Finding(
                .stateLeftovers, place: first + (rest > 0 ? " and \(rest) more" : ""),
                what: leftovers.count == 1
                    ? "was left by a pollerd that was killed"
                    : "were left by a pollerd that was killed",
                fix: "pollerctl doctor --fix")
        ]
    }

    private var roomFindings: [Finding] {
        guard let room else { return [] }
        var found: [Finding] = []
        let mebibytes = room.freeBytes >> 20
        if room.freeBytes < Self.fullBytes {
            found.append(
                Finding(
                    .diskFull, place: stateFolder,
                    what: "its file system has \(mebibytes) MiB left",
                    fix: "make room: df -h \(quotedFolder)"))
        } else if room.freeBytes < Self.lowBytes,
            room.freeBytes < room.totalBytes / 100 * Self.lowShare
        {
            found.append(
                Finding(
                    .diskLow, place: stateFolder,
                    what: "its file system has \(mebibytes) MiB left of "
                        + "\(room.totalBytes >> 20) MiB",
                    fix: "make room: df -h \(quotedFolder)"))
        }
        if room.totalInodes > 0, room.freeInodes < Self.fewestInodes {
            found.append(
                Finding(
                    .inodesLow, place: stateFolder,
                    what: "its file system has room for \(room.freeInodes) more files",
                    fix: "remove files, or make it anew with more inodes: df -i \(quotedFolder)"))
        }
        return found
    }

    private var databaseFindings: [Finding] {
        if let database { return [finding(.databaseUnusable, database)] }
        var found: [Finding] = []
        if let indexDamage {
            found.append(
                Finding(
                    .databaseIndexDamaged, place: databasePath,
                    what: "has an index that does not fit its table: \(indexDamage)",
                    fix: "stop pollerd and run pollerctl doctor --fix, which makes it anew"))
        }
        if databaseLogBytes > Self.largestLogBytes, !isDatabaseMissing {
            found.append(
                Finding(
                    .databaseLogLarge, place: "\(databasePath)-wal",
                    what: "holds \(databaseLogBytes >> 20) MiB",
                    fix: "pollerctl doctor --fix, which brings it into the database"))
        }
        guard hasFilesWithoutDatabase else { return found }
        return found + [
            Finding(
                .databaseMissing, place: databasePath,
                what: "is not there, though there are round-robin files",
                fix: "restore it from a backup before pollerd makes an empty one, or set "
                    + "state.folder to the folder that has it")
        ]
    }

    private var keptFindings: [Finding] {
        var found: [Finding] = []
        if let seconds = oldestSegmentSeconds, seconds >= Self.oldestSegmentSeconds {
            let age = DurationText.words(seconds)
            found.append(
                Finding(
                    .journalStale, place: "\(stateFolder)/journal",
                    what: "holds samples for \(age) (\(journalBytes >> 10) KiB)",
                    fix: isDaemonRunning
                        ? "see which files cannot be written: pollerctl status, journalctl -u pollerd"
                        : "start pollerd, which writes them to their files"))
        }
        if quarantinedCount > 0 {
            found.append(
                Finding(
                    .quarantineFilled, place: "\(stateFolder)/quarantine",
                    what: "holds \(quarantinedCount) files that were moved out of the way",
                    fix: "read why in the .txt beside each, restore it from a backup or delete both"
                ))
        }
        return found
    }

    private var fontFindings: [Finding] {
        guard !missingFonts.isEmpty else { return [] }
        let names = missingFonts.joined(separator: " and ")
        return [
            Finding(
                .fontsMissing, place: fontFolder,
                what: missingFonts.count == 1
                    ? "the font \(names) is missing" : "the fonts \(names) are missing",
                fix: "apt install fonts-dejavu-core")
        ]
    }

    private var addressFindings: [Finding] {
        [
            listening.map { finding(.listenTaken, $0) },
            socket.map { finding(.socketUnusable, $0) },
            exposedSocket.map {
                Finding(
                    .socketExposed, place: $0, what: "can be used by everybody on this machine",
                    fix: "chmod 0660 \(ShellText.word($0))")
            },
        ].compactMap { $0 }
    }

    private var limitFindings: [Finding] {
        var found: [Finding] = []
        if let openFileLimit, openFileLimit < Self.fewestOpenFiles {
            found.append(
                Finding(
                    .limitsFiles, place: "RLIMIT_NOFILE",
                    what: "pollerd may open \(openFileLimit) files at a time",
                    fix: "set LimitNOFILE=65536 in its unit, or ulimit -n 65536"))
        }
        if let largestReceiveBuffer, deviceCount > Self.fleetForUsualBuffer,
            largestReceiveBuffer < wantedReceiveBuffer
        {
            found.append(
                Finding(
                    .receiveBuffer, place: "net.core.rmem_max",
                    what: "is \(largestReceiveBuffer) bytes, too few for \(deviceCount) devices",
                    fix: "install deploy/90-pollerd.conf in /etc/sysctl.d, run sysctl --system "
                        + "and restart pollerd"))
        }
        return found
    }

    private var clockFindings: [Finding] {
        var found: [Finding] = []
        if now < Self.earliestTime {
            found.append(
                Finding(
                    .clockImplausible, place: "clock",
                    what: "shows \(now.rfc3339), which is before pollerd was written",
                    fix: "set it: timedatectl set-ntp true, or date -s"))
        }
        if isClockSynchronised == false {
            found.append(
                Finding(
                    .clockUnsynchronised, place: "clock",
                    what: "is kept right by nobody, as far as the kernel knows",
                    fix: "run an NTP client: apt install systemd-timesyncd, and timedatectl says "
                        + "whether it works"))
        }
        if let aliveAt,
            aliveAt.seconds - now.seconds > Self.clockToleranceSeconds
        {
            let behind = DurationText.words(aliveAt.seconds - now.seconds)
            found.append(
                Finding(
                    .clockBehind, place: "clock",
                    what: "shows \(now.rfc3339), \(behind) before pollerd last ran",
                    fix: "set it (timedatectl set-ntp true); until it has passed "
                        + "\(aliveAt.rfc3339), files take no rows"))
        }
        if let unknownZone {
            found.append(
                Finding(
                    .clockZone, place: "TZ",
                    what: "names the zone “\(unknownZone)”, which is not known here",
                    fix: "apt install tzdata, or set TZ to a name below /usr/share/zoneinfo"))
        }
        return found
    }
}
