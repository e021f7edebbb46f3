import Foundation

/// The real `rrdtool`, one process a picture, as graphing frontends start it. Measurements may
/// start processes; the daemon never does.
enum RealTool {
    private static let path = "/usr/bin/rrdtool"

    static var isInstalled: Bool { access(path, X_OK) == 0 }

    /// - Returns: user and system time of the process, its start included.
    static func seconds(_ arguments: [String]) throws -> Double {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var texts = ([path] + arguments).map { strdup($0) }
        defer { for text in texts { free(text) } }
        texts.append(nil)
        var process = pid_t()
        let error = posix_spawn(&process, path, &actions, nil, texts, environ)
        guard error == 0 else {
            throw BenchFailure(words: "\(path): \(String(cString: strerror(error)))")
        }
        var (status, usage) = (Int32(0), rusage())
        while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
        guard status == 0 else {
            throw BenchFailure(words: "\(path) ended with the status \(status)")
        }
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }
}
