import PollerModel
import Synchronization

/// Whom a code is awaited from: people whose password was right, and people who set a second factor
/// up. It is forgotten after some minutes, and when the daemon starts.
final class PendingCodes: Sendable {
    static let loginSeconds: Int64 = 300
    static let setupSeconds: Int64 = 600
    /// Of either kind; the oldest give way.
    static let largestCount = 1_000

    /// Somebody whose password was right.
    struct Login: Sendable {
        let account: AccountID
        let name: AccountName
        /// With another password by now, this one counts no more.
        let passwordChangedAt: Timestamp
        /// Where he wanted to go.
        let to: String
    }

    private struct Waiting<Value: Sendable> {
        let value: Value
        let until: MonotonicTime
    }

    private struct State {
        /// By the digest of the cookie.
        var logins: [[UInt8]: Waiting<Login>] = [:]
        var secrets: [SessionID: Waiting<SecretBytes>] = [:]
    }

    private let state = Mutex(State())
    private let timekeeper: any Timekeeper

    init(timekeeper: any Timekeeper) { self.timekeeper = timekeeper }

    private var now: MonotonicTime { timekeeper.now.monotonic }

    func add(_ login: Login, digest: [UInt8]) {
        let until = now.advanced(milliseconds: Self.loginSeconds * 1_000)
        state.withLock {
            Self.makeRoom(in: &$0.logins, at: now)
            $0.logins[digest] = Waiting(value: login, until: until)
        }
    }

    func login(digest: [UInt8]) -> Login? {
        let now = now
        return state.withLock { $0.logins[digest].flatMap { now < $0.until ? $0.value : nil } }
    }

    func endLogin(digest: [UInt8]) { state.withLock { $0.logins[digest] = nil } }

    func add(_ secret: SecretBytes, for session: SessionID) {
        let until = now.advanced(milliseconds: Self.setupSeconds * 1_000)
        state.withLock {
            Self.makeRoom(in: &$0.secrets, at: now)
            $0.secrets[session] = Waiting(value: secret, until: until)
        }
    }

    func secret(for session: SessionID) -> SecretBytes? {
        let now = now
        return state.withLock { $0.secrets[session].flatMap { now < $0.until ? $0.value : nil } }
    }

    func endSecret(for session: SessionID) { state.withLock { $0.secrets[session] = nil } }

    private static func makeRoom<Key, Value>(
        in waiting: inout [Key: Waiting<Value>], at now: MonotonicTime
    ) {
        guard waiting.count >= largestCount else { return }
        waiting = waiting.filter { now < $0.value.until }
        guard waiting.count >= largestCount,
            let oldest = waiting.min(by: { $0.value.until < $1.value.until })
        else { return }
        waiting[oldest.key] = nil
    }
}
