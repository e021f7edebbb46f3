/// Messages of a poll in words, for page and command.
package enum TraceText {
    /// “12.3”, in milliseconds.
    package static func milliseconds(_ microseconds: Int64) -> String {
        NumberText.fixed(Double(microseconds) / 1_000, decimals: 1)
    }

    /// Nothing where there is none.
    package static func count(_ number: Int) -> String { number == 0 ? "" : "\(number)" }

    package static func direction(_ message: PollTrace.Message) -> String {
        switch message.direction {
        case .sent: message.attempt > 1 ? "→ again" : "→"
        case .received: "←"
        case .none: "✗"
        }
    }

    /// What a message says of how it went; empty where that is nothing.
    package static func outcome(_ message: PollTrace.Message) -> String {
        switch message.kind {
        case .timeout: return "no answer came in time"
        case .ignored: return "from elsewhere or not for us: it does not count"
        default: break
        }
        if let failure = message.failure { return failure }
        guard let status = message.errorStatus, status != "noError" else { return "" }
        return "error \(status)"
    }
}
