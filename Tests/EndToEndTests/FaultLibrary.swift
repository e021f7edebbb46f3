import Foundation
import TestSupport

/// Makes the kernel's calls fail in a program, as a broken disk does: a library that stands in
/// front of the C library's.
final class FaultLibrary: Sendable {
    private let folder: TemporaryFolder
    private var control: String { "\(folder.path)/faults" }

    static var compiler: String? { Program.find("gcc") ?? Program.find("clang") }

    init() async throws {
        folder = try TemporaryFolder()
        let source = try folder.write(Self.source, to: "faults.c")
        guard let compiler = Self.compiler else { throw Unexpected("no compiler") }
        let result = try await Program.run(
            compiler,
            ["-shared", "-fPIC", "-O1", "-o", "\(folder.path)/faults.so", source, "-ldl"])
        guard result.status == 0 else { throw Unexpected(result.errors) }
    }

    /// What a program is started with.
    var wrapper: (path: String, arguments: [String]) {
        (
            "/usr/bin/env",
            ["LD_PRELOAD=\(folder.path)/faults.so", "POLLERD_TEST_FAULTS=\(control)"]
        )
    }

    /// From now on, `call` fails on files whose path contains `part`, by default with EIO.
    func fail(_ call: String, on part: String, with code: Int32 = EIO) throws {
        try folder.write("", to: "faults.hits")
        try folder.write("\(call) \(part) \(code)", to: "faults")
    }

    func end() throws { try FileManager.default.removeItem(atPath: control) }

    /// How often a call has failed since the newest `fail`.
    var hits: Int {
        let hits = FileManager.default.contents(atPath: "\(control).hits")
        return hits?.count ?? 0
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdarg.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        // Only plain system calls here: what stands behind these would come back to them.
        static int fails(const char *call, const char *path) {
            const char *control = getenv("POLLERD_TEST_FAULTS");
            if (!control) return 0;
            char rule[512], name[32], part[480];
            int file = syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC, 0);
            if (file < 0) return 0;
            ssize_t count = syscall(SYS_read, file, rule, sizeof rule - 1);
            syscall(SYS_close, file);
            if (count <= 0) return 0;
            rule[count] = 0;
            int code = EIO;
            if (sscanf(rule, "%31s %479s %d", name, part, &code) < 2) return 0;
            if (strcmp(name, call) != 0 || !strstr(path, part)) return 0;
            char hits[512];
            snprintf(hits, sizeof hits, "%s.hits", control);
            file = syscall(SYS_openat, AT_FDCWD, hits, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
            syscall(SYS_write, file, "x", 1);
            syscall(SYS_close, file);
            errno = code;
            return 1;
        }

        static int fails_on(const char *call, int file) {
            char link[64], path[4096];
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            ssize_t count = readlink(link, path, sizeof path - 1);
            if (count <= 0) return 0;
            path[count] = 0;
            return fails(call, path);
        }

        ssize_t write(int file, const void *bytes, size_t count) {
            return fails_on("write", file) ? -1 : syscall(SYS_write, file, bytes, count);
        }

        ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
            return fails_on("pwrite", file) ? -1 : syscall(SYS_pwrite64, file, bytes, count, offset);
        }

        ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
            return pwrite(file, bytes, count, offset);
        }

        int fdatasync(int file) {
            return fails_on("fdatasync", file) ? -1 : (int)syscall(SYS_fdatasync, file);
        }

        int open(const char *path, int flags, ...) {
            va_list rest;
            va_start(rest, flags);
            int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;
            va_end(rest);
            int changes = (flags & O_ACCMODE) != O_RDONLY;
            if (changes && fails("open-to-write", path)) return -1;
            return fails("open", path) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
        }

        int open64(const char *path, int flags, ...) {
            va_list rest;
            va_start(rest, flags);
            int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;
            va_end(rest);
            return open(path, flags, mode);
        }
        """
}
