/// Something that `doctor` found: where, what, and what to do.
package struct Finding: Sendable, Hashable {
    package let code: FindingCode
    /// A path, a setting, an address, or devices by name.
    package let place: String
    /// The evidence, in words that follow the place.
    package let what: String
    /// What to do: a command, or a sentence without a full stop.
    package let fix: String?

    package var severity: Severity { code.severity }

    package init(_ code: FindingCode, place: String, what: String, fix: String?) {
        self.code = code
        self.place = place
        self.what = what
        self.fix = fix
    }
}

/// What an examination gave.
package struct Examination: Sendable, Hashable {
    package let time: Timestamp
    /// How many things were looked at.
    package let checkCount: Int
    /// The worst first, in the order they were found otherwise.
    package let findings: [Finding]

    /// - Parameter isOfDaemon: whether the daemon itself was asked too.
    package init(at time: Timestamp, _ findings: [Finding], isOfDaemon: Bool) {
        self.time = time
        checkCount = FindingCode.allCases.count { isOfDaemon || !$0.isOfDaemon }
        self.findings = Severity.allCases.sorted(by: >).flatMap { severity in
            findings.filter { $0.severity == severity }
        }
    }

    /// The worst of it; nil when nothing was found.
    package var severity: Severity? { findings.first?.severity }

    /// Nothing that somebody has to do something about.
    package var isWell: Bool { severity.map { $0 < .warning } ?? true }
}

/// Looks at everything.
package protocol HealthExaminer: Sendable {
    /// - Parameter isFresh: whether what was found a moment ago is not good enough.
    func examine(isFresh: Bool) async -> Examination
}

extension HealthExaminer {
    /// What was found a moment ago may be good enough.
    package func examine() async -> Examination { await examine(isFresh: false) }
}
