import CSeal
import Foundation

/// Loads the seal, then tries every way to start a process, and prints what came of each.
@main
enum SealProbe {
    static func main() {
        print("before fork \(cseal_try_fork())")
        print("seal \(cseal_forbid_children())")
        print("fork \(cseal_try_fork() == EPERM ? "refused" : "done")")

        var child = pid_t()
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
        let spawned = posix_spawn(&child, "/bin/true", nil, nil, arguments, nil)
        print("posix_spawn \(spawned == 0 ? "done" : "refused")")

        let process = Process()
        process.executableURL = URL(filePath: "/bin/true")
        do {
            try process.run()
            print("Process done")
        } catch {
            print("Process refused")
        }

        execv("/bin/true", arguments)
        print("execv \(errno == EPERM ? "refused" : "failed with \(errno)")")

        let answered = DispatchSemaphore(value: 0)
        Thread { answered.signal() }.start()
        print("thread \(answered.wait(timeout: .now() + 10) == .success ? "runs" : "missing")")
    }
}
