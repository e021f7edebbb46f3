import CNetSNMP
import PollerModel

/// What somebody who looks at an exchange is told of it. Callers ask first whether there is
/// anybody, so that it costs the others nothing.
extension EngineLoop {
    /// A message of the exchange was queued.
    func traceSent(
        _ question: Question, as purpose: Exchange.Purpose, of exchange: Exchange,
        _ trace: SNMPTrace
    ) {
        let kind: SNMPTrace.Step.Kind =
            if purpose == .discovery {
                .discovery
            } else {
                switch question.kind {
                case .get: .get
                case .getNext: .getNext
                case .getBulk: .getBulk
                }
            }
        trace.note(
            SNMPTrace.Step(
                kind, .sent, at: now.monotonic,
                version: purpose == .olderVersion ? .v1 : exchange.version,
                bytes: exchange.socket?.newestByteCount ?? 0,
                variables: purpose == .discovery ? 0 : question.objects.count,
                attempt: max(1, exchange.attempts)))
    }

    /// A message that is the exchange's came, and was decoded into the arenas.
    func traceHeard(
        _ kind: SNMPTrace.Step.Kind, _ version: SNMPVersion, bytes: Int, errorStatus: Int? = nil,
        of exchange: Exchange, at time: MonotonicTime, _ trace: SNMPTrace
    ) {
        trace.note(
            SNMPTrace.Step(
                kind, .received, at: time, version: version, bytes: bytes,
                variables: Int(arenas.message.varbind_count), attempt: max(1, exchange.attempts),
                roundTripMicroseconds: max(0, time.microseconds - exchange.sentAt.microseconds),
                errorStatus: errorStatus))
    }

    /// Something came under the exchange's id that does not count.
    func traceIgnored(bytes: Int, id: Int32, at time: MonotonicTime) {
        guard let exchange = inFlight[id], let trace = exchange.trace else { return }
        trace.note(
            SNMPTrace.Step(
                .ignored, .received, at: time, version: exchange.version, bytes: bytes))
    }

    /// Nothing came in time, or the network refused.
    func traceEnd(
        _ kind: SNMPTrace.Step.Kind, _ failure: SNMPFailure?, of exchange: Exchange,
        _ trace: SNMPTrace
    ) {
        trace.note(
            SNMPTrace.Step(
                kind, .none, at: now.monotonic, version: exchange.version,
                attempt: exchange.attempts, failure: failure))
    }
}
