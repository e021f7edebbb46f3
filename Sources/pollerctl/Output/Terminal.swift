import Foundation

/// Data goes to standard output, everything else to standard error.
enum Terminal {
    static func complain(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    static func write(_ data: Data) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            throw CommandFailure("standard output cannot be written: \(error.localizedDescription)")
        }
    }

    /// Shows how far something is, in the same line as before; nothing unless a person looks on.
    static func showProgress(_ text: String) {
        guard isatty(2) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    /// Clears that line.
    static func endProgress() { showProgress("") }

    static var isInteractive: Bool { isatty(0) == 1 && isatty(2) == 1 }
    static var showsOutput: Bool { isatty(1) == 1 }
}
