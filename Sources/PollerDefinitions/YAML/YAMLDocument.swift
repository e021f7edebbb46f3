import Foundation
import Yams

/// A YAML file as trees whose nodes know their line and column.
struct YAMLDocument {
    /// Documents in one file.
    static let largestRootCount = 200
    /// Settings and catalogue files are a few kilobytes.
    static let largestByteCount = 1 << 20

    let path: String
    /// One for each document in the file that holds anything.
    let roots: [Node]

    /// The first, of files that hold one.
    var root: Node? { roots.first }

    /// - Throws: the one problem that keeps the file from being read at all.
    init(path: String) throws(Problem) {
        // Opened first for the kernel's words; Foundation's own do not name the cause.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        let reason = errno
        guard descriptor >= 0,
            let data = try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
                .read(upToCount: Self.largestByteCount + 1) ?? Data()
        else {
            let words = descriptor < 0 ? String(cString: strerror(reason)) : "reading failed"
            throw Problem(
                place: path, what: "cannot be read: \(words)",
                fix: "check that the file exists and that this user may read it")
        }
        guard data.count <= Self.largestByteCount else {
            throw Problem(
                place: path, what: "is longer than \(Self.largestByteCount) bytes",
                fix: "split it; settings and templates are small files")
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw Problem(
                place: path, what: "is not UTF-8",
                fix: "convert it: iconv -t UTF-8 \(path)")
        }
        try self.init(path: path, text: text)
    }

    init(path: String, text: String) throws(Problem) {
        self.path = path
        do {
            // Which type a scalar looks like is nobody's question here, and finding out takes
            // most of the time: hence the basic resolver.
            // An alias stands for a copy, and copies of copies grow without end: Yams compares
            // the keys of a mapping in full. So aliases are found in a text without anchors, in
            // which each is an error at its place; a tag may stand wherever an anchor may.
            if text.contains("&") {
                var documents = try Yams.compose_all(
                    yaml: text.replacing("&", with: "!"), .basic)
                while documents.next() != nil {}
                if let error = documents.error { throw error }
            }
            var documents = try Yams.compose_all(yaml: text, .basic)
            var roots: [Node] = []
            while roots.count <= Self.largestRootCount, let root = documents.next() {
                if !Self.isEmpty(root) { roots.append(root) }
            }
            if let error = documents.error { throw error }
            self.roots = roots
        } catch let error as YamlError {
            throw Self.problem(error, path: path)
        } catch {
            throw Problem(place: path, what: "is not YAML: \(error)")
        }
        guard roots.count <= Self.largestRootCount else {
            throw Problem(
                place: path, what: "holds more than \(Self.largestRootCount) entries",
                fix: "split it into several files")
        }
    }

    /// Nothing was written, not even quotes.
    static func isEmpty(_ node: Node) -> Bool {
        node.scalar.map { $0.string.isEmpty && $0.style == .plain } ?? false
    }

    /// The words of Yams' composer.
    private static let undefinedAlias = "found undefined alias"

    private static func problem(_ error: YamlError, path: String) -> Problem {
        switch error {
        case .composer(_, Self.undefinedAlias, let mark, _):
            Problem(
                place: "\(path):\(mark.line):\(mark.column)", what: "aliases (*name) are not read",
                fix: "write the value itself, or put quotes round a text that begins with *")
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            Problem(
                place: "\(path):\(mark.line):\(mark.column)", what: "is not YAML: \(problem)",
                fix: "check the indentation, quotes and colons on this line and the one above")
        case .duplicatedKeysInMapping(let duplicates, let context):
            Problem(
                place: "\(path):\(context.mark.line):\(context.mark.column)",
                what: "the key “\(duplicates.joined(separator: "”, “"))” stands twice",
                fix: "remove one of them")
        default: Problem(place: path, what: "is not YAML: \(error)")
        }
    }
}
