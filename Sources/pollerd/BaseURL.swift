import Synchronization

/// Where browsers reach the pages; exact as soon as the server listens, because the settings may
/// leave the choice of the port to the kernel (`web.listen` with port 0).
final class BaseURL: Sendable {
    private let state: Mutex<String>

    init(_ text: String) { state = Mutex(text) }

    var text: String {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
