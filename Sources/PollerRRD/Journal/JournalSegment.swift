import Glibc

/// One file of the journal.
final class JournalSegment: Sendable {
    static let suffix = ".journal"

    let number: UInt64
    let path: String
    let descriptor: Int32

    /// - Throws: the kernel's error number.
    init(folder: String, number: UInt64) throws(SystemError) {
        self.number = number
        path = "\(folder)/\(Self.name(number))"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw SystemError(operation: "created") }
    }

    deinit { close(descriptor) }

    static func name(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits + suffix
    }

    /// The number in a segment's name; nil for other files.
    static func number(_ name: String) -> UInt64? {
        guard name.hasSuffix(suffix) else { return nil }
        // A name that is none of ours must not use up the numbers, and one that is written
        // otherwise ("+5", "5") would have another file read in its place.
        return UInt64(name.dropLast(suffix.count)).flatMap {
            $0 < .max / 2 && Self.name($0) == name ? $0 : nil
        }
    }
}

/// What the kernel said.
struct SystemError: Error, Hashable {
    let code: Int32
    /// A participle, as in "could not be created".
    let operation: String

    /// Of the call that has just failed on this thread.
    init(operation: String) {
        code = errno
        self.operation = operation
    }

    init(code: Int32, operation: String) {
        self.code = code
        self.operation = operation
    }

    var words: String { String(cString: strerror(code)) }
}

extension SystemError {
    /// Of the journal.
    var sentence: String { "the journal could not be \(operation): \(words)" }
}
