import Foundation
import Synchronization

/// A file system of its own, so small that a test can fill it. Mounting takes rights that not
/// everybody has.
package final class SmallDisk: Sendable {
    package enum Kind: Sendable {
        case memory
        /// A real file system in a file. It turns read-only when it finds a fault.
        case ext4
    }

    package let path: String
    private let folder: TemporaryFolder

    /// - Parameter kilobytes: ext4 takes some for itself.
    package init(_ kind: Kind, kilobytes: Int) async throws {
        folder = try TemporaryFolder()
        path = "\(folder.path)/disk"
        guard mkdir(path, 0o755) == 0 else { throw Unexpected(String(cString: strerror(errno))) }
        switch kind {
        case .memory:
            let flags = UInt(MS_NOSUID | MS_NODEV)
            guard mount("tmpfs", path, "tmpfs", flags, "size=\(kilobytes)k") == 0 else {
                throw Unexpected("a tmpfs: \(String(cString: strerror(errno)))")
            }
        case .ext4:
            let image = "\(folder.path)/image"
            for (name, arguments) in [
                ("truncate", ["-s", "\(kilobytes)k", image]),
                // Without a journal the fault does not end the mount.
                ("mkfs.ext4", ["-q", "-m", "0", "-O", "^has_journal", image]),
                ("mount", ["-o", "loop,errors=remount-ro", image, path]),
            ] {
                guard let program = Program.find(name) else { throw Unexpected("no \(name)") }
                let result = try await Program.run(program, arguments)
                guard result.status == 0 else { throw Unexpected("\(name): \(result.errors)") }
            }
        }
        MountCleanUp.add(path)
    }

    deinit { MountCleanUp.unmount(path) }

    /// Whether this process may mount.
    package static let isPermitted: Bool = {
        guard let folder = try? TemporaryFolder(),
            mount("tmpfs", folder.path, "tmpfs", 0, "size=4k") == 0
        else { return false }
        return umount2(folder.path, Int32(MNT_DETACH)) == 0
    }()

    /// Whether file systems in files can be mounted too.
    package static let hasLoop: Bool =
        isPermitted && Program.find("mkfs.ext4") != nil && access("/dev/loop-control", R_OK) == 0

    /// Leaves no room at all, until `makeRoom`.
    package func fill() throws {
        let descriptor = open("\(path)/filler", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw Unexpected(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        for size in [64 << 10, 4 << 10, 512, 1] {
            let block = [UInt8](repeating: 1, count: size)
            while write(descriptor, block, size) > 0 {}
            guard errno == ENOSPC else { throw Unexpected(String(cString: strerror(errno))) }
        }
    }

    package func makeRoom() throws {
        try FileManager.default.removeItem(atPath: "\(path)/filler")
        // An ext4 gives blocks away again once its own journal has been written.
        sync()
    }

    /// Tells the kernel that an ext4 is damaged; it lets nobody write any more.
    package func fail() async throws {
        guard let findmnt = Program.find("findmnt") else { throw Unexpected("no findmnt") }
        let found = try await Program.run(findmnt, ["-n", "-o", "SOURCE", path])
        let device = found.output.split(separator: "/").last.map(String.init) ?? ""
        let name = device.trimmingCharacters(in: .whitespacesAndNewlines)
        try Data("a test\n".utf8).write(to: URL(filePath: "/sys/fs/ext4/\(name)/trigger_fs_error"))
    }

    /// Takes an ext4 away, has it checked, and brings it back. Nobody may use it meanwhile.
    package func repair() async throws {
        let image = "\(folder.path)/image"
        // The last user may be about to close its files.
        try await waitUntil("\(path) is used by nobody") { umount2(path, 0) == 0 }
        try await run("e2fsck", ["-p", "-f", image], succeeds: 0...1)
        // Where the loop device of before has not gone yet, it is taken again as it was: read-only.
        try await waitUntil("\(path) can be written again") {
            try await run("mount", ["-o", "loop,errors=remount-ro", image, path], succeeds: 0...0)
            if access(path, W_OK) == 0 { return true }
            guard umount2(path, 0) == 0 else { throw Unexpected(String(cString: strerror(errno))) }
            return false
        }
    }

    private func run(
        _ name: String, _ arguments: [String], succeeds statuses: ClosedRange<Int32>
    ) async throws {
        guard let program = Program.find(name) else { throw Unexpected("no \(name)") }
        let result = try await Program.run(program, arguments)
        guard statuses.contains(result.status) else {
            throw Unexpected("\(name): \(result.output)\(result.errors)")
        }
    }

    /// A folder of the disk that can be made read-only although files elsewhere on the disk are
    /// being written.
    package func makeReadOnly(_ name: String, _ isReadOnly: Bool) throws {
        let place = "\(path)/\(name)"
        if isReadOnly {
            guard mount(place, place, nil, UInt(MS_BIND), nil) == 0,
                mount(nil, place, nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY), nil) == 0
            else { throw Unexpected(String(cString: strerror(errno))) }
        } else {
            guard umount2(place, 0) == 0 else { throw Unexpected(String(cString: strerror(errno))) }
        }
    }
}

/// Mounts outlive the process, so they are taken away however it ends.
private enum MountCleanUp {
    private static let mounted = Mutex<Set<String>>([])
    private static let registered: Void = {
        atexit {
            for path in MountCleanUp.mounted.withLock({ $0 }) { umount2(path, Int32(MNT_DETACH)) }
        }
    }()

    static func add(_ path: String) {
        _ = registered
        mounted.withLock { _ = $0.insert(path) }
    }

    static func unmount(_ path: String) {
        mounted.withLock { _ = $0.remove(path) }
        // Where it is busy, it goes with its last user.
        umount2(path, Int32(MNT_DETACH))
    }
}
