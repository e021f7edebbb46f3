/// The judgement of a daemon that runs: every threshold is here.
extension DaemonFacts {
    /// The loop runs every second; after this much silence something is wrong with it.
    package static let longestSilenceMilliseconds: Int64 = 10_000
    /// Of a thousand slots so many may be missed, and of a thousand samples so many refused.
    package static let missedPermille = 10
    package static let refusedPermille = 1
    /// Of a thousand answers the kernel may drop so many.
    package static let droppedPermille = 1
    /// Before so many polls, or samples, a share says nothing.
    package static let fewestForShare = 100

    /// Everything that is wrong, in the order in which it is looked at.
    package var findings: [Finding] {
        loopFindings + failing.map(finding)
            + [slowFinding, impatientFinding, refusedFinding].compactMap { $0 }
            + fileFindings + storeFindings + rest
    }

    private var loopFindings: [Finding] {
        var found: [Finding] = []
        if isSealed == false {
            found.append(
                Finding(
                    .sealMissing, place: "seccomp", what: "is not active in the running pollerd",
                    fix: "restart pollerd; if it stays, report the kernel (uname -a)"))
        }
        if let silenceMilliseconds, silenceMilliseconds > Self.longestSilenceMilliseconds {
            found.append(
                Finding(
                    .pollerStalled, place: "the poll loop",
                    what: "has not run for \(silenceMilliseconds / 1_000) s",
                    fix: "see the log, then restart pollerd"))
        }
        let slots = polls + missedSlots
        if slots >= Self.fewestForShare, missedSlots * 1_000 > slots * Self.missedPermille {
            found.append(
                Finding(
                    .pollerBehind, place: "the poller",
                    what: "missed \(missedSlots) of \(slots) slots since the start",
                    fix:
                        "see which devices are slow (pollerctl device list), poll them less often, "
                        + "or give this machine more processors"))
        }
        return found
    }

    private func finding(_ failing: Failing) -> Finding {
        let rest = failing.count - failing.names.count
        let names = failing.names.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        return Finding(
            .devicesFailing, place: names,
            what: (failing.count == 1 ? "fails: " : "fail: ") + failing.words, fix: failing.fix)
    }

    private var slowFinding: Finding? {
        guard let slowest = slow.first else { return nil }
        let names = slow.prefix(Self.namedDevices).map {
            "\($0.name) (\($0.milliseconds / 1_000) s of \($0.stepSeconds) s"
                + ($0.largest.map { ", \($0)" } ?? "") + ")"
        }.joined(separator: ", ")
        let rest = slow.count - Self.namedDevices
        return Finding(
            .devicesSlow, place: names + (rest > 0 ? " and \(rest) more" : ""),
            what: slow.count == 1
                ? "takes half of its interval or more" : "take half of their intervals or more",
            fix:
                "measure less on it (pollerctl graph delete), or less often: pollerctl rrd reshape "
                + "--device \(ShellText.word(slowest.name)) --profile PROFILE")
    }

    private var refusedFinding: Finding? {
        let count = refused.reduce(0) { $0 + $1.count }
        guard count > 0 else { return nil }
        let reasons = refused.prefix(3).map { "\($0.count) × \($0.words)" }.joined(separator: "; ")
        return Finding(
            .valuesRefused, place: "\(count) of \(dataSources) data sources",
            what: "had a value that was not believed at their last poll: \(reasons)",
            fix: "see which: pollerctl events --kind value.refused")
    }

    private var storeFindings: [Finding] {
        var found: [Finding] = []
        if store.filesInTrouble > 0 {
            found.append(
                Finding(
                    .filesFailing, place: "\(store.filesInTrouble) files",
                    what: "cannot be written; \(store.rowsWaiting) samples wait in the journal",
                    fix: "see why: pollerctl events --kind file.failed"))
        }
        if let trouble = store.journalTrouble {
            found.append(
                Finding(
                    .journalFailing, place: "the journal", what: trouble,
                    fix: "look after the disk and its room: df -h, dmesg"))
        }
        let offered = rowsWritten + rowsRefused
        if offered >= Self.fewestForShare, rowsRefused * 1_000 > offered * Self.refusedPermille {
            found.append(
                Finding(
                    .samplesRefused, place: "the store",
                    what: "did not take \(rowsRefused) of \(offered) samples since the start",
                    fix: "see why: pollerctl events --severity warning"))
        }
        return found
    }

    private var rest: [Finding] {
        var found: [Finding] = []
        if kernelDrops * 1_000 > answers * Self.droppedPermille {
            found.append(
                Finding(
                    .kernelDrops, place: "the kernel",
                    what: "dropped \(kernelDrops) packets of agents, beside \(answers) answers",
                    fix: "install deploy/90-pollerd.conf in /etc/sysctl.d, run sysctl --system "
                        + "and restart pollerd"))
        }
        if receiveBuffer < wantedReceiveBuffer, devices > HostFacts.fleetForUsualBuffer {
            found.append(
                Finding(
                    .receiveBuffer, place: "net.core.rmem_max",
                    what: "grants \(receiveBuffer) bytes, too few for \(devices) devices",
                    fix: "install deploy/90-pollerd.conf in /etc/sysctl.d, run sysctl --system "
                        + "and restart pollerd"))
        }
        if lostEvents > 0 {
            found.append(
                Finding(
                    .eventsLost, place: "events", what: "\(lostEvents) were lost since the start",
                    fix: "see what came so often: pollerctl events --since 1h"))
        }
        return found
    }
}
