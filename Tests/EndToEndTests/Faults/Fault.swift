import PollerModel
import TestSupport

/// A fault that is injected into the real product, what names it, and where it is told.
struct Fault: Sendable {
    /// Who is asked what is wrong.
    enum Asked: String, Sendable {
        case explain
        case doctor
        /// pollerd itself, which does not start.
        case start
    }

    /// The line of the log that tells it. Whichever it is, it carries the fault's own code.
    enum LogMark: Sendable, Hashable {
        /// Of its device, whatever its `event=` is.
        case reason
        /// `event=` of its device.
        case event(String)
        /// `event=` of its file.
        case file(String)
        /// `event=` of the daemon as a whole.
        case all(String)
        /// The line with which pollerd ends that does not start; the code stands behind it.
        case started
        /// Nothing happened that a log would tell; why not.
        case none(String)
    }

    /// Its entry in `Resources/docs/faults.md`.
    let name: String
    let asked: Asked
    let code: String
    /// A part of the sentence that tells it.
    let words: String
    let log: LogMark
    /// A part of what the empty picture says; nil where there is no picture.
    let picture: String?

    init(
        _ name: String, _ asked: Asked = .explain, code: String, words: String,
        log: LogMark = .reason, picture: String? = nil, isPictured: Bool = true
    ) {
        self.name = name
        self.asked = asked
        self.code = code
        self.words = words
        self.log = log
        self.picture = asked == .explain && isPictured ? picture ?? words : picture
    }

    /// What its line of the log has, beside whom or what it is of.
    var logFields: [String] {
        switch log {
        case .reason: ["reason=\(code)"]
        // Some events are called as the reason is.
        case .event(code), .file(code), .all(code): ["event=\(code)"]
        case .event(let event), .file(let event), .all(let event):
            ["event=\(event)", "reason=\(code)"]
        case .started: ["[\(code)]"]
        case .none: []
        }
    }

    /// All of them, in the order of the reference.
    static var all: [Fault] {
        (DeviceFault.way + DeviceFault.access + DeviceFault.answers + DeviceFault.values
            + DeviceFault.tables + DeviceFault.files + DeviceFault.clock).map(\.fault)
            + InstallationFault.all.map(\.fault) + ViewFault.all.map(\.fault) + ViewFault.full
    }
}

/// What became of one fault: a row of the table that the suite prints.
struct FaultOutcome: Sendable {
    let fault: Fault
    var isNamed = false
    var logLines = 0
    var isPictured = false
    var isMended = false
    /// What was seen where something is not as it should be.
    var evidence: [String] = []

    init(_ fault: Fault) { self.fault = fault }

    var isLogged: Bool {
        if case .none = fault.log { true } else { logLines == 1 }
    }

    var isWell: Bool {
        isNamed && isLogged && isMended && (isPictured || fault.picture == nil)
    }

    var row: [String] {
        let log =
            switch fault.log {
            case .none(let why): "– (\(why))"
            default: "\(fault.logFields.joined(separator: " ")) × \(logLines)"
            }
        return [
            fault.name, fault.code, isNamed ? "✓ \(fault.asked.rawValue)" : "✗",
            (isLogged ? "✓ " : "✗ ") + log,
            fault.picture == nil ? "–" : isPictured ? "✓" : "✗", isMended ? "✓" : "✗",
        ]
    }

    /// For people who read the output of the tests.
    static func table(_ outcomes: [FaultOutcome]) -> String {
        let head = ["fault", "code", "named by", "log line", "picture", "fix followed"]
        let rows = [head] + outcomes.map(\.row)
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: " | ")
        }.joined(separator: "\n")
    }
}

extension Daemon {
    /// Lines of the log with these fields.
    func lines(_ fields: [String]) -> [Substring] { Self.lines(of: log, fields) }

    static func lines(of log: String, _ fields: [String]) -> [Substring] {
        log.split(separator: "\n").filter { line in
            let parts = Set(line.split(separator: " ").map(String.init))
            return fields.allSatisfy(parts.contains)
        }
    }

    /// Runs the first `pollerctl …` that stands in a sentence.
    func follow(_ fix: String) async throws {
        guard let command = fix.firstMatch(of: /pollerctl ([^;:,(]+)/)?.output.1 else {
            throw Unexpected("no command in “\(fix)”")
        }
        let words = command.trimmingSuffix { $0 == "." || $0 == " " }.split(separator: " ")
        let result = try await control(words.map(String.init))
        guard result.status == 0 else { throw Unexpected("\(command): \(result.errors)") }
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isCut: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, isCut(last) { text.removeLast() }
        return text
    }
}
