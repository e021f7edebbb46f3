import Glibc
package import PollerDefinitions
import PollerModel

/// Keeps a second daemon off the same state folder: two writers destroy round-robin files.
package struct StateLock: ~Copyable {
    private static let name = "pollerd.lock"
    private let descriptor: Int32

    /// - Throws: who holds it, or why the lock file cannot be made.
    package init(folder: String) throws(Problem) {
        let path = "\(folder)/\(Self.name)"
        // A link could lead to another file, which would be emptied.
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 || errno != ELOOP else {
            throw Problem(
                place: path, what: "is a symbolic link, which could lead to any file",
                fix: "remove it: rm \(ShellText.word(path))", code: .stateUnwritable)
        }
        guard descriptor >= 0 else {
            throw Problem(
                place: path, what: "cannot be made: \(String(cString: strerror(errno)))",
                fix: "check the permissions of the state folder", code: .stateUnwritable)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.readProcess(descriptor).map { "process \($0)" } ?? "another process"
            close(descriptor)
            throw Problem(
                place: path, what: "\(holder) works on this state folder already",
                fix: "stop it first, or give this daemon another state folder", code: .stateInUse)
        }
        Self.give(descriptor, toOwnerOf: folder)
        let line = "\(getpid())\n"
        ftruncate(descriptor, 0)
        // Only tells people who holds the lock; the lock itself is the kernel's.
        _ = pwrite(descriptor, line, line.utf8.count, 0)
    }

    deinit { close(descriptor) }

    /// What root makes here would keep the daemon out that runs as the folder's owner. Where it
    /// cannot be given away, root may hold it all the same.
    private static func give(_ descriptor: Int32, toOwnerOf folder: String) {
        var (owner, found) = (stat(), stat())
        guard geteuid() == 0, stat(folder, &owner) == 0, fstat(descriptor, &found) == 0,
            found.st_uid != owner.st_uid, found.st_mode & S_IFMT == S_IFREG, found.st_nlink == 1
        else { return }
        _ = fchown(descriptor, owner.st_uid, owner.st_gid)
    }

    /// The process that holds the lock of a folder; nil when none does.
    package static func holder(of folder: String) -> Int32? {
        let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return readProcess(descriptor) ?? 0
    }

    private static func readProcess(_ descriptor: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: buffer[..<count], as: UTF8.self).prefix { $0.isNumber })
    }
}
