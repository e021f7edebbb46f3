import PollerEngine
import PollerModel
import ServiceLifecycle
import Synchronization

/// Folds lines of the log that repeat, for all handlers together.
final class LogFolder: Sendable {
    /// What is written of a line: all but its time.
    typealias Line = @Sendable (_ suffix: String) -> Void

    /// How often it looks for what has not come again.
    static let lookMilliseconds: Int64 = 5_000

    private let fold = Mutex(RepeatFold<Line>())
    private let timekeeper = SystemTimekeeper()

    /// - Parameter key: of all lines that say the same of the same; nil: it is told as it comes.
    func hear(key: String?, _ line: @escaping Line) {
        guard let key else { return line("") }
        // Written inside, so that lines stay in their order.
        fold.withLock { fold in
            Self.write(fold.hear(line, key: key, at: timekeeper.now.monotonic))
        }
    }

    func look() {
        fold.withLock { Self.write($0.due(at: timekeeper.now.monotonic)) }
    }

    func flush() {
        fold.withLock { Self.write($0.flush(at: timekeeper.now.monotonic)) }
    }

    private static func write(_ outputs: [RepeatFold<Line>.Output]) {
        for output in outputs {
            switch output {
            case .line(let line): line("")
            case .repeated(let line, let count, let seconds): line(" (×\(count) in \(seconds) s)")
            }
        }
    }
}

/// Tells what was folded, also when nothing comes any more.
struct LogFolding: Service {
    let folder: LogFolder
    let timekeeper: SystemTimekeeper

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let next = timekeeper.now.monotonic.advanced(
                    milliseconds: LogFolder.lookMilliseconds)
                // Cancelled: it ends.
                guard (try? await timekeeper.sleep(until: next)) != nil else { return }
                folder.look()
            }
        }
        folder.flush()
    }
}
