import Dispatch
import HTTPTypes
import PollerModel
import PollerSecrets
import Synchronization

/// Hashes passwords one after the other on a thread of its own: each takes a third of a second and
/// 128 MiB, and a flood of log-ins must neither stop pages nor eat the memory.
final class HashingQueue: Sendable {
    /// Log-ins that wait.
    static let largestCount = 16

    let hasher: PasswordHasher
    private let queue = DispatchQueue(label: "pollerd.passwords")
    private let waiting = Mutex(0)

    init(hasher: PasswordHasher) { self.hasher = hasher }

    func hash(_ password: Secret) async throws -> PasswordHash {
        let hasher = hasher
        return try await run { Result { try hasher.hash(password) } }
    }

    /// Whether this is the password of the hash. Without a hash the same work is done, so that
    /// nobody learns from the time it takes which accounts there are.
    func isRight(_ password: Secret, for hash: PasswordHash?) async throws -> Bool {
        let hasher = hasher
        return try await run {
            Result {
                guard let hash else {
                    _ = try hasher.hash(password)
                    return false
                }
                return try hasher.isRight(password, for: hash)
            }
        }
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable () -> Result<Value, any Error>
    ) async throws -> Value {
        let isTaken = waiting.withLock { waiting in
            guard waiting < Self.largestCount else { return false }
            waiting += 1
            return true
        }
        guard isTaken else {
            throw WebProblem(
                .serviceUnavailable, "\(Self.largestCount) log-ins are waiting already",
                code: "logins_busy", fix: "try again in a few seconds", retrySeconds: 5)
        }
        defer { waiting.withLock { $0 -= 1 } }
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
        do {
            return try result.get()
        } catch let failure as SecretsFailure {
            throw WebProblem(failure)
        }
    }
}
