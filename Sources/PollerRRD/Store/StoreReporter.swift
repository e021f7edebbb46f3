import Glibc
import Logging
import PollerModel

/// Says what happens to the store: one line when something begins, one when it is over.
final class StoreReporter {
    /// Of the journal.
    private let folder: String
    private let logger: Logger
    private let events: any EventLog
    /// How many files each cause keeps from being written, and the rows they gave back.
    private var causes: [String: Int] = [:]
    private var causeOf: [String: String] = [:]
    private var recoveredRows = 0
    private var isJournalFailing = false

    /// - Parameter folder: of the journal.
    init(folder: String, logger: Logger, events: any EventLog) {
        self.folder = folder
        self.logger = logger
        self.events = events
    }

    func failed(_ path: String, _ failure: StoreFailure) {
        let cause = failure.cause(of: path)
        guard causeOf[path] != cause else { return }
        leaveCause(of: path)
        causeOf[path] = cause
        causes[cause, default: 0] += 1
        guard causes[cause] == 1 else { return }
        logger.error(
            "\(failure.words); its rows wait in the journal until it can be written, as those of all other files with the same trouble",
            metadata: ["event": "\(failure.code)", "file": "\(path)"])
        events.report(
            NewEvent(
                .fileFailed, of: .ofFile(path),
                "\(failure.words); its samples wait in the journal, as those of all other files with the same trouble",
                details: ["reason": failure.code, "file": path]))
    }

    func recovered(_ path: String, rows: Int) {
        recoveredRows += rows
        leaveCause(of: path)
        guard causeOf.isEmpty else { return }
        logger.notice(
            "all files can be written again; \(recoveredRows) rows that waited are in them",
            metadata: ["event": "file.recovered"])
        events.report(
            NewEvent(
                .fileRecovered,
                "all files can be written again; \(recoveredRows) samples that waited are in them"))
        recoveredRows = 0
    }

    private func leaveCause(of path: String) {
        guard let cause = causeOf.removeValue(forKey: path) else { return }
        let count = (causes[cause] ?? 1) - 1
        causes[cause] = count > 0 ? count : nil
    }

    func journalFailed(_ error: SystemError) {
        guard !isJournalFailing else { return }
        isJournalFailing = true
        logger.error(
            "\(error.sentence); until it can, rows go straight into their files, and those that wait are written to it again",
            metadata: ["event": "journal.failed", "reason": "\(finding(error).code)"])
        events.report(
            NewEvent(
                .journalFailed,
                "\(error.sentence); until it can, samples go straight into their files"))
    }

    /// What the doctor says of it: a disk that is full is found as that.
    private func finding(_ error: SystemError) -> FindingCode {
        var room = statvfs()
        guard error.code == ENOSPC, statvfs(folder, &room) == 0 else { return .journalFailing }
        let freeBytes = Int64(clamping: room.f_bavail) * Int64(clamping: room.f_frsize)
        return freeBytes < HostFacts.fullBytes ? .diskFull : .journalFailing
    }

    func filesNotSynced(_ error: SystemError) {
        logger.error(
            "what was written to round-robin files could not be \(error.operation): \(error.words); the journal keeps it for the next start: look after the disk, then restart pollerd",
            metadata: ["event": "files.not_synced"])
        events.report(
            NewEvent(
                .filesNotSynced,
                "round-robin files could not be \(error.operation): \(error.words); the journal keeps what was written: look after the disk, then restart pollerd"
            ))
    }

    func journalRecovered() {
        isJournalFailing = false
        logger.notice("the journal is written again", metadata: ["event": "journal.recovered"])
        events.report(NewEvent(.journalRecovered, "the journal is written again"))
    }

    func replayed(_ report: JournalReplay.Report) {
        for (path, words) in report.unreadable {
            logger.error(
                "\(path) cannot be read: \(words)", metadata: ["event": "journal.unreadable"])
            events.report(
                NewEvent(
                    .journalDamaged, "\(path) cannot be read: \(words)", details: ["file": path]))
        }
        if report.tornBytes + report.damagedBytes > 0 {
            logger.warning(
                "the journal ends in \(report.tornBytes) bytes of half a record, which is cut off; \(report.damagedBytes) bytes within it are damaged",
                metadata: ["event": "journal.torn"])
            events.report(
                NewEvent(
                    .journalDamaged,
                    "the journal ended in \(report.tornBytes) bytes of half a record; \(report.damagedBytes) bytes within it were damaged"
                ))
        }
        guard report.rows > 0 else { return }
        logger.notice(
            "the journal holds \(report.rows) rows; those that are not in their files are written",
            metadata: ["event": "journal.replayed"])
        events.report(
            NewEvent(
                .journalReplayed,
                "the journal brought \(report.rows) samples that were accepted before the start"))
    }

    func clock(_ event: ClockWatch.Event) {
        tell(event)
        switch event {
        case .set(let milliseconds):
            let words = Self.seconds(milliseconds)
            // Ahead, a rate is lost; back, files take no row.
            let reason: UnknownReason =
                milliseconds > 0
                ? .clockSet(seconds: Double(milliseconds) / 1_000) : .notAfterLast
            logger.warning(
                milliseconds > 0
                    ? "the clock was set ahead by \(words)"
                    : "the clock was set back by \(words): files take no row until it has passed the time of their newest one",
                metadata: ["event": "clock.set", "reason": "\(reason.code)"])
        case .leapt(let milliseconds):
            let patience = DurationText.words(ClockWatch.patience(milliseconds) / 1_000)
            logger.error(
                "the clock leapt ahead by \(Self.seconds(milliseconds)): if that is wrong, rows of it would close the files for as long, so none is written until it has lasted \(patience)",
                metadata: [
                    "event": "clock.leapt", "reason": "\(Interruption.Reason.clockDoubted.code)",
                ])
        case .begunAhead(let milliseconds):
            let patience = DurationText.words(ClockWatch.doubtMilliseconds / 1_000)
            logger.warning(
                "the clock is \(Self.seconds(milliseconds)) ahead of the newest row: if that is wrong, rows of it would close the files for as long, so none is written for \(patience)",
                metadata: [
                    "event": "clock.leapt", "reason": "\(Interruption.Reason.clockDoubted.code)",
                ])
        case .returned(let milliseconds):
            logger.notice(
                "the clock is back, \(Self.seconds(milliseconds)) from where it was expected; rows are written again",
                metadata: ["event": "clock.returned"])
        case .believed(let milliseconds):
            logger.warning(
                "the clock stayed \(Self.seconds(milliseconds)) ahead and is believed now; rows are written again",
                metadata: ["event": "clock.believed"])
        }
    }

    private func tell(_ event: ClockWatch.Event) {
        let new =
            switch event {
            case .set(let milliseconds):
                NewEvent(
                    .clockSet,
                    "the clock of this machine was set \(milliseconds > 0 ? "ahead" : "back") by \(Self.seconds(milliseconds))"
                )
            case .leapt(let milliseconds):
                NewEvent(
                    .clockLeapt,
                    "the clock of this machine leapt ahead by \(Self.seconds(milliseconds)); no sample is written until that has lasted"
                )
            case .begunAhead(let milliseconds):
                NewEvent(
                    .clockLeapt,
                    "the clock of this machine is \(Self.seconds(milliseconds)) ahead of the newest sample; none is written until that has lasted"
                )
            case .returned(let milliseconds):
                NewEvent(
                    .clockReturned,
                    "the clock is back, \(Self.seconds(milliseconds)) from where it was expected; samples are written again"
                )
            case .believed(let milliseconds):
                NewEvent(
                    .clockBelieved,
                    "the clock stayed \(Self.seconds(milliseconds)) ahead and is believed now; samples are written again"
                )
            }
        events.report(new)
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        "\(abs(milliseconds) / 1_000) s"
    }
}

extension StoreFailure {
    /// The same for all files that suffer from the same: without the file's own name, which librrd
    /// repeats in its words.
    fileprivate func cause(of path: String) -> String {
        switch self {
        case .failed(_, let operation, let detail):
            "\(operation): \(detail.replacing(path, with: ""))"
        default: code
        }
    }
}
