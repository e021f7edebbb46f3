/// A finding as `/api/v1/doctor` and `pollerctl doctor -o json` show it.
package struct FindingReport: Sendable, Hashable, Codable {
    /// The stable code (`FindingCode`), explained in the reference.
    package let code: FindingCode
    package let severity: Severity
    package let place: String
    package let evidence: String
    package let why: String
    @ExplicitNull package var fix: String?

    package init(_ finding: Finding) {
        code = finding.code
        severity = finding.severity
        place = finding.place
        evidence = finding.what
        why = finding.code.why
        _fix = ExplicitNull(wrappedValue: finding.fix)
    }
}

/// What an examination gave.
package struct HealthReport: Sendable, Hashable, Codable {
    package let examinedAt: String
    /// Nothing that somebody has to do something about.
    package let isWell: Bool
    package let checks: Int
    /// The worst first.
    package let findings: [FindingReport]

    package init(_ examination: Examination) {
        examinedAt = examination.time.rfc3339
        isWell = examination.isWell
        checks = examination.checkCount
        findings = examination.findings.map { FindingReport($0) }
    }
}
