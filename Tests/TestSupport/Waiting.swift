/// A condition that did not come true in time.
package struct DeadlinePassed: Error, CustomStringConvertible {
    package let description: String
}

/// Something that is not as the test needs it.
package struct Unexpected: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Returns what `condition` returns as soon as that is not nil.
///
/// - Throws: `DeadlinePassed` with `what`, when it stays nil for `seconds`.
package func waitFor<Value>(
    _ what: String, seconds: Int = 60, _ condition: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: .seconds(seconds))
    while true {
        if let value = try await condition() { return value }
        guard clock.now < deadline else {
            throw DeadlinePassed(description: "not within \(seconds) s: \(what)")
        }
        try await clock.sleep(for: .milliseconds(20))
    }
}

/// Waits until `condition` holds.
package func waitUntil(
    _ what: String, seconds: Int = 60, _ condition: () async throws -> Bool
) async throws {
    try await waitFor(what, seconds: seconds) { try await condition() ? () : nil }
}
