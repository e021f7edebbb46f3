import Foundation
import Synchronization

/// What must be gone when the test process ends, however it ends: the runner may leave before the
/// last objects of a failed test are released.
enum CleanUp {
    private struct State {
        var processes: Set<pid_t> = []
        var folders: Set<String> = []
        var isRegistered = false
    }

    private static let state = Mutex(State())

    static func add(process: pid_t) { register { $0.processes.insert(process) } }
    static func add(folder: String) { register { $0.folders.insert(folder) } }

    static func forget(process: pid_t) { state.withLock { _ = $0.processes.remove(process) } }
    static func forget(folder: String) { state.withLock { _ = $0.folders.remove(folder) } }

    private static func register(_ body: (inout State) -> Void) {
        let isFirst = state.withLock { state in
            body(&state)
            defer { state.isRegistered = true }
            return !state.isRegistered
        }
        guard isFirst else { return }
        atexit {
            let rest = CleanUp.state.withLock { $0 }
            for process in rest.processes {
                kill(process, SIGKILL)
                waitpid(process, nil, 0)
            }
            for folder in rest.folders {
                // What cannot be removed lies in the system's folder for temporary files.
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
    }
}
