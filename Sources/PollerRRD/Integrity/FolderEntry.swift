import Glibc
import PollerModel

/// Something that lies in a folder.
struct FolderEntry {
    let name: String
    /// False for a name that is not UTF-8: it cannot be asked for by that name.
    let isNameExact: Bool
    let isFolder: Bool
    let bytes: Int64
    let modified: Timestamp

    /// All of a folder's entries for which `isWanted` holds, by name; links are not followed.
    ///
    /// - Throws: what the kernel said; a folder that is not there is empty.
    static func list(
        _ path: String, where isWanted: (String) -> Bool = { _ in true }
    ) throws(SystemError) -> [FolderEntry] {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw SystemError(operation: "read")
        }
        defer { closedir(folder) }
        var entries: [FolderEntry] = []
        while let entry = readdir(folder) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(
                    to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)
                ) { look(dirfd(folder), $0, isWanted) }
            }
            if let found { entries.append(found) }
        }
        return entries.sorted { ($0.name.utf8.count, $0.name) < ($1.name.utf8.count, $1.name) }
    }

    /// nil for what is not wanted, or is gone meanwhile.
    private static func look(
        _ folder: Int32, _ bytes: UnsafePointer<CChar>, _ isWanted: (String) -> Bool
    ) -> FolderEntry? {
        let exact = String(validatingCString: bytes)
        let name = exact ?? String(cString: bytes)
        guard name != ".", name != "..", exact == nil || isWanted(name) else { return nil }
        var status = stat()
        guard fstatat(folder, bytes, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return FolderEntry(
            name: name, isNameExact: exact != nil, isFolder: status.st_mode & S_IFMT == S_IFDIR,
            bytes: Int64(status.st_size),
            modified: Timestamp(seconds: Int64(status.st_mtim.tv_sec)))
    }
}
