import PollerModel

/// How `pollerctl` ends.
enum ExitStatus: Int32 {
    case ok = 0
    case failed = 1
    case usage = 2
    case daemonUnreachable = 4
    case notFound = 5
    case notPermitted = 6
    case conflict = 7
    case deviceUnreachable = 8
    case authorisation = 9
    case damaged = 10

    /// What a failure of an exchange with a device means, by its stable name
    /// (`SNMPFailure.code`, `PingFailure.code`, `OutageReason.codeOfBoth`), or a file that is
    /// damaged (`ArchiveFailure.code`); nil when it is neither.
    init?(reason: String) {
        switch reason {
        case "answer_late", "answer_unreadable", "answer_unfitting", "answer_other_id",
            "answer_from_elsewhere", "no_answer", "port_closed", "no_route", "ping_no_answer",
            "ping_refused",
            "ping_unreachable", "ping_and_snmp_failed":
            self = .deviceUnreachable
        case "view_empty", "access_refused", "unknown_user", "wrong_authentication",
            "wrong_privacy", "level_not_supported", "not_in_time_window", "engine_changing":
            self = .authorisation
        case "file_damaged": self = .damaged
        default: return nil
        }
    }
}

/// What went wrong, what to do, and the exit code that says it to scripts.
struct CommandFailure: Error {
    let words: String
    let fix: String?
    let exitCode: ExitStatus

    init(_ words: String, fix: String? = nil, exitCode: ExitStatus = .failed) {
        self.words = words
        self.fix = fix
        self.exitCode = exitCode
    }

    /// - Parameter prefix: what did not happen because of it.
    init(_ problem: ProblemReport, prefix: String = "") {
        let id = problem.errorId.map { " (error id \($0) in the daemon's log)" } ?? ""
        self.init(prefix + problem.detail + id, fix: problem.fix, exitCode: Self.status(problem))
    }

    /// The same where the way out was shown already.
    var withoutFix: CommandFailure { CommandFailure(words, exitCode: exitCode) }

    private static func status(_ problem: ProblemReport) -> ExitStatus {
        ExitStatus(reason: problem.code) ?? status(problem.status)
    }

    private static func status(_ code: Int) -> ExitStatus {
        switch code {
        case 400: .usage
        case 401, 403: .notPermitted
        case 404: .notFound
        case 409: .conflict
        default: .failed
        }
    }
}
