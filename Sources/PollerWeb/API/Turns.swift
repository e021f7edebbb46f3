import Synchronization

/// Elements that several tasks take one by one.
final class Turns<Element: Sendable>: Sendable {
    private let rest: Mutex<ArraySlice<Element>>

    init(_ elements: [Element]) { rest = Mutex(elements[...]) }

    func next() -> Element? { rest.withLock { $0.popFirst() } }
}
