import Foundation
import Logging
import PollerModel
import Synchronization

/// What a handler says about its changes; who, when and with which outcome the middleware knows.
final class AuditTrail: Sendable {
    /// Notes of one request; a change of a thousand devices says how many more there were.
    static let largestCount = 200
    /// Bytes of what is noted of one request.
    static let largestBytes = 65_536

    private struct State {
        var notes: [AuditEntry.Note] = []
        var bytes = 0
        var leftOut = 0
        var isOpen = false
        var isOfNothing = false
        var actor: String?
        var status: Int?
        var keep: (@Sendable (Int?) async -> Void)?
    }

    private let state = Mutex(State())

    /// Whether a request changes nothing by what it is, as a preview: nobody looks for it.
    var isOfNothing: Bool { state.withLock { $0.isOfNothing } }

    func changesNothing() { state.withLock { $0.isOfNothing = true } }

    /// Who it was, where that turned out by what he sent, as at the log-in; nil: whoever asked.
    var actor: String? { state.withLock { $0.actor } }

    func act(as account: Account) {
        state.withLock { $0.actor = account.name.description }
    }

    /// The last says how many were left out.
    var notes: [AuditEntry.Note] {
        state.withLock { state in
            guard state.leftOut > 0 else { return state.notes }
            let rest = AuditEntry.Note(
                object: "and \(state.leftOut) more", before: nil, after: nil)
            return state.notes + [rest]
        }
    }

    /// - Parameters:
    ///   - before: nil where there was nothing.
    ///   - after: nil where nothing is left.
    func note(
        object: String, before: (any Encodable & Sendable)? = nil,
        after: (any Encodable & Sendable)? = nil
    ) {
        let note = AuditEntry.Note(
            object: object, before: before.flatMap(Self.json), after: after.flatMap(Self.json))
        let bytes =
            note.object.utf8.count + (note.before?.utf8.count ?? 0) + (note.after?.utf8.count ?? 0)
        state.withLock { state in
            guard state.notes.count < Self.largestCount, state.bytes + bytes <= Self.largestBytes
            else {
                state.leftOut += 1
                return
            }
            state.notes.append(note)
            state.bytes += bytes
        }
    }

    private static func json(_ value: any Encodable) -> String? {
        // What does not encode is named all the same; its content is not worth failing a change.
        (try? JSONAnswer.encoder().encode(value)).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Answers that go on

    /// Whether the work is done while the answer is sent, so that its outcome is known afterwards.
    var isOpen: Bool { state.withLock { $0.isOpen } }

    func stayOpen() { state.withLock { $0.isOpen = true } }

    /// - Parameter keep: called once, when the work has ended, with the status that its end
    ///   stands for; nil where that is the answer's own.
    func whenClosed(_ keep: @escaping @Sendable (Int?) async -> Void) {
        state.withLock { $0.keep = keep }
    }

    /// The work has failed.
    func fail(_ status: Int) { state.withLock { $0.status = status } }

    /// The work has ended.
    func close() async {
        let (keep, status) = state.withLock { state in
            defer { state.keep = nil }
            return (state.keep, state.status)
        }
        await keep?(status)
    }
}
