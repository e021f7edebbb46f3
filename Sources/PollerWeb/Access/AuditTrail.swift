import Foundation
import Logging
import PollerModel
import Synchronization

/// What a handler says about its changes; who, when and with which outcome the middleware knows.
final class AuditTrail: Sendable {
    /// Notes of one request; a change of a thousand devices says how many more there were.
    static let largestCount = 200

    private let kept = Mutex<[AuditEntry.Note]>([])
    private let nothing = Mutex(false)

    /// Whether a request changes nothing by what it is, as a preview: nobody looks for it.
    var isOfNothing: Bool { nothing.withLock { $0 } }

    func changesNothing() { nothing.withLock { $0 = true } }

    var notes: [AuditEntry.Note] { kept.withLock { $0 } }

    /// - Parameters:
    ///   - before: nil where there was nothing.
    ///   - after: nil where nothing is left.
    func note(
        object: String, before: (any Encodable & Sendable)? = nil,
        after: (any Encodable & Sendable)? = nil
    ) {
        let note = AuditEntry.Note(
            object: object, before: before.flatMap(Self.json), after: after.flatMap(Self.json))
        kept.withLock { if $0.count < Self.largestCount { $0.append(note) } }
    }

    private static func json(_ value: any Encodable) -> String? {
        // What does not encode is named all the same; its content is not worth failing a change.
        (try? JSONAnswer.encoder().encode(value)).map { String(decoding: $0, as: UTF8.self) }
    }
}
