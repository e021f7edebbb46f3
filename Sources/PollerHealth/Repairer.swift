import Foundation
import PollerDefinitions
package import PollerModel

/// Does repairs, as the user who calls it, and nothing that is not a `Repair`.
package struct Repairer {
    private let folder: String

    /// - Parameter stateFolder: whose owner gets what is made.
    package init(stateFolder: String) { folder = stateFolder }

    /// Does them one after the other; what fails does not hinder the others.
    ///
    /// - Parameter isPlanned: whether they are only said.
    package func run(_ repairs: [Repair], isPlanned: Bool) -> [RepairReport] {
        if isPlanned {
            return repairs.map { RepairReport($0, .planned) }
        }
        // There is no lock without it.
        let first = repairs.filter { $0 == .makeFolder(folder) }.map(report)
        let repairs = repairs.filter { $0 != .makeFolder(folder) }
        let process = StateLock.holder(of: folder)
        // Held until all is done, so that no daemon begins meanwhile.
        let lock: StateLock?
        do {
            let needsLock = process == nil && repairs.contains(where: \.needsDaemonDown)
            lock = needsLock ? try StateLock(folder: folder) : nil
        } catch {
            return first
                + repairs.map {
                    RepairReport(
                        $0, .failed, reason: "\(error.place): \(error.what)", fix: error.fix)
                }
        }
        let reports = repairs.map { repair in
            if repair.needsDaemonDown, let process { return Self.postponed(repair, process) }
            return report(repair)
        }
        withExtendedLifetime(lock) {}
        return first + reports
    }

    private static func postponed(_ repair: Repair, _ process: Int32) -> RepairReport {
        RepairReport(
            repair, .postponed, reason: "pollerd works on the state (process \(process))",
            fix: "systemctl stop pollerd, then pollerctl doctor --fix again")
    }

    private func report(_ repair: Repair) -> RepairReport {
        do {
            try perform(repair)
            return RepairReport(repair, .done)
        } catch {
            return RepairReport(
                repair, .failed, reason: "\(error.place): \(error.what)", fix: error.fix)
        }
    }

    private func perform(_ repair: Repair) throws(Problem) {
        switch repair {
        case .close(let path): try changeMode(path, without: 0o007)
        case .protect(let folder): try changeMode(folder, without: 0o002)
        case .makeFolder(let path): try makeFolder(path)
        case .removeLeftover(let path):
            try Self.check(unlink(path) == 0 || errno == ENOENT, path, "cannot be removed")
        case .removeSocket(let path): try SocketPlace.any(path).clear()
        case .writeLog(let database): try Inventory.writeLog(at: database)
        case .makeIndexes(let database): try Inventory.makeIndexes(at: database)
        }
    }

    /// O_PATH (man 2 open), which Swift's Glibc leaves out: the file itself, and nothing in it.
    private static let pathOnly: Int32 = 0o10_000_000

    private func changeMode(_ path: String, without rights: mode_t) throws(Problem) {
        // What is looked at and what is changed is one file, though another be put in its place.
        let descriptor = open(path, Self.pathOnly | O_NOFOLLOW | O_CLOEXEC)
        try Self.check(descriptor >= 0, path, "cannot be looked at")
        defer { close(descriptor) }
        var found = stat()
        try Self.check(fstat(descriptor, &found) == 0, path, "cannot be looked at")
        // A symbolic link would lead to what was not looked at.
        guard found.st_mode & S_IFMT != S_IFLNK else {
            throw Problem(
                place: path, what: "is a symbolic link",
                fix: "change the rights of what it leads to yourself")
        }
        let mode = found.st_mode & 0o7777 & ~rights
        // fchmod takes no such descriptor.
        try Self.check(
            chmod("/proc/self/fd/\(descriptor)", mode) == 0, path, "its rights cannot be changed")
    }

    private func makeFolder(_ path: String) throws(Problem) {
        // Whose it is to be, its parent does not tell.
        guard geteuid() != 0 || path != folder else {
            throw Problem(
                place: path, what: "is not made by root, to whom it would belong",
                fix: "create it: install -d -m 0750 -o \(HostCollector.userName) "
                    + ShellText.word(path))
        }
        try Self.check(mkdir(path, 0o750) == 0 || errno == EEXIST, path, "cannot be made")
        guard geteuid() == 0 else { return }
        var owner = stat()
        // Made by root, it would be of no use to the daemon.
        try Self.check(
            stat(folder, &owner) == 0 && lchown(path, owner.st_uid, owner.st_gid) == 0, path,
            "cannot be given to the owner of the state folder")
    }

    private static func check(
        _ isDone: Bool, _ path: String, _ what: String
    ) throws(Problem) {
        guard !isDone else { return }
        let code = errno
        let isForbidden = [EPERM, EACCES, EROFS].contains(code)
        throw Problem(
            place: path, what: "\(what): \(HostCollector.words(code))",
            fix: code == EROFS
                ? "mount its file system writable"
                : isForbidden
                    ? "this needs its owner, or root: sudo pollerctl doctor --fix"
                    : "see what is there: ls -ld \(ShellText.word(path))")
    }
}
