import Foundation
import TestSupport

/// Sets the clock of one program: a library that stands in front of the C library's.
final class ClockLibrary: Sendable {
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        let source = try folder.write(Self.source, to: "clock.c")
        guard let compiler = FaultLibrary.compiler else { throw Unexpected("no compiler") }
        let result = try await Program.run(
            compiler, ["-shared", "-fPIC", "-O1", "-o", "\(folder.path)/clock.so", source])
        guard result.status == 0 else { throw Unexpected(result.errors) }
    }

    /// What a program is started with.
    var wrapper: (path: String, arguments: [String]) {
        (
            "/usr/bin/env",
            [
                "LD_PRELOAD=\(folder.path)/clock.so",
                "POLLERD_TEST_CLOCK=\(folder.path)/seconds",
            ]
        )
    }

    /// From now on, the program's wall clock is so many seconds ahead of ours.
    func set(_ seconds: Int) throws { try folder.write("\(seconds)", to: "seconds") }

    private static let source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <time.h>
        #include <unistd.h>

        static long ahead(void) {
            const char *path = getenv("POLLERD_TEST_CLOCK");
            char text[32];
            if (!path) return 0;
            int file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
            if (file < 0) return 0;
            ssize_t count = syscall(SYS_read, file, text, sizeof text - 1);
            syscall(SYS_close, file);
            if (count <= 0) return 0;
            text[count] = 0;
            return atol(text);
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            int result = syscall(SYS_clock_gettime, clock, time);
            if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += ahead();
            return result;
        }
        """
}
