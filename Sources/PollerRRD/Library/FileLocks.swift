import Foundation

/// Keeps the writer and the renderer off the same file at the same time. librrd's own locks do
/// not exclude threads of one process: a graph drawn during an update shows rows shifted by one.
final class FileLocks: Sendable {
    static let stripeCount = 256
    private let stripes = (0..<stripeCount).map { _ in NSLock() }

    /// Runs `body` while no one else has any of `paths`.
    func withLocked<Value>(_ paths: [String], _ body: () -> Value) -> Value {
        // In ascending order, so that two callers never wait for each other.
        let taken = Set(paths.map(stripe)).sorted()
        for position in taken { stripes[position].lock() }
        defer { for position in taken { stripes[position].unlock() } }
        return body()
    }

    /// The same for one path.
    func withLocked<Value, Problem>(
        _ path: String, _ body: () throws(Problem) -> Value
    ) throws(Problem) -> Value {
        let stripe = stripes[stripe(path)]
        stripe.lock()
        defer { stripe.unlock() }
        return try body()
    }

    private func stripe(_ path: String) -> Int {
        Int(UInt(bitPattern: path.hashValue) % UInt(Self.stripeCount))
    }
}
