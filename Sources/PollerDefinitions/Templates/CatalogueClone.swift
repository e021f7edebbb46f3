import Foundation
import PollerModel
import Yams

/// Copies of entries under new names, as files of a site.
package struct CatalogueClone: Sendable {
    /// A file that a copy becomes.
    package struct File: Sendable, Hashable {
        package let path: String
        package let kind: CatalogueKind
        package let name: String
        package let text: String
    }

    /// Why there is no copy.
    package enum Failure: Error, Sendable, Hashable {
        /// Something has that name already.
        case taken(Problem)
        case failed(Problem)

        package var problem: Problem {
            switch self {
            case .taken(let problem), .failed(let problem): problem
            }
        }
    }

    package let files: [File]

    /// Plans a copy; writes nothing.
    ///
    /// - Parameters:
    ///   - name: of the copy; with `isDeep`, what it refers to is called by it and its old name:
    ///     `mine_interface_traffic`.
    ///   - isDeep: whether what the entry refers to is copied too, and referred to by the copy.
    /// - Throws: why the copy cannot be called that.
    package init(
        of entry: CatalogueEntry, as name: String, isDeep: Bool, in catalogue: CatalogueText,
        siteFolder: String
    ) throws(Failure) {
        var wanted: [(entry: CatalogueEntry, name: String)] = [(entry, name)]
        var names = [Key(kind: entry.kind, name: entry.name): name]
        var next = 0
        while isDeep, next < wanted.count {
            for reference in wanted[next].entry.references {
                let key = Key(kind: reference.kind, name: reference.name)
                guard names[key] == nil,
                    let other = catalogue.entry(reference.name, kind: reference.kind)
                else { continue }
                names[key] = "\(name)_\(reference.name)"
                wanted.append((other, "\(name)_\(reference.name)"))
            }
            next += 1
        }
        var files: [File] = []
        for (entry, name) in wanted {
            let path = "\(siteFolder)/\(entry.kind.folder)/\(name).yaml"
            try Self.check(name, entry.kind, path, catalogue)
            let text = EntryText(entry).renamed(to: name) { reference in
                isDeep ? names[Key(kind: reference.kind, name: reference.name)] : nil
            }
            files.append(File(path: path, kind: entry.kind, name: name, text: text))
        }
        self.files = files
    }

    private struct Key: Hashable {
        let kind: CatalogueKind
        let name: String
    }

    private static func check(
        _ name: String, _ kind: CatalogueKind, _ path: String, _ catalogue: CatalogueText
    ) throws(Failure) {
        guard CatalogueName.isValid(name) else {
            throw .failed(
                Problem(
                    place: path, what: "“\(DeviceText(name).text)” is no name",
                    fix: "names are 1 to \(CatalogueName.longest) of a-z, 0-9 and _, and begin "
                        + "with a letter"))
        }
        if let other = catalogue.entry(name, kind: kind) {
            throw .taken(
                Problem(
                    place: path,
                    what: "“\(name)” is already the name of \(other.path):\(other.line)",
                    fix: "choose another name"))
        }
    }

    /// Writes all files or none; nothing that exists is written over.
    package func write() throws(Failure) {
        var written: [String] = []
        do {
            for file in files {
                try Self.write(file)
                written.append(file.path)
            }
        } catch {
            Self.remove(written)
            throw error
        }
    }

    /// Takes the files away again.
    package func undo() { Self.remove(files.map(\.path)) }

    private static func remove(_ paths: [String]) {
        // What cannot be removed was written a moment ago, and its path is in the message.
        for path in paths { unlink(path) }
    }

    private static func write(_ file: File) throws(Failure) {
        let folder = URL(filePath: file.path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
        } catch {
            throw .failed(
                Problem(
                    place: folder.path(percentEncoded: false),
                    what: "cannot be made: \(error.localizedDescription)",
                    fix: "use sudo, or name another folder with --resources"))
        }
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        let reason = errno
        guard descriptor >= 0 else {
            let what = "cannot be made: \(String(cString: strerror(reason)))"
            throw reason == EEXIST
                ? .taken(Problem(place: file.path, what: what, fix: "choose another name"))
                : .failed(Problem(place: file.path, what: what, fix: "use sudo, or --resources"))
        }
        do {
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: Data(file.text.utf8))
            try handle.synchronize()
        } catch {
            unlink(file.path)
            throw .failed(
                Problem(
                    place: file.path, what: "cannot be written: \(error.localizedDescription)",
                    fix: "check the disk"))
        }
    }
}
