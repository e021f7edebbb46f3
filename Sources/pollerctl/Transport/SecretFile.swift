import Foundation

/// Files that hold a secret: arguments show in the shell's history, and to every user of the machine.
enum SecretFile {
    /// Bytes that are read; the longest secret is far shorter.
    private static let largest = 4_096

    /// - Parameter path: - is standard input.
    static func firstLine(of path: String, _ what: String) throws -> String {
        let text: String
        do {
            let data =
                try path == "-"
                ? FileHandle.standardInput.readToEnd() ?? Data()
                : Data(contentsOf: URL(filePath: path))
            text = String(decoding: data.prefix(largest), as: UTF8.self)
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error.localizedDescription)")
        }
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard !line.isEmpty else { throw CommandFailure("\(path) holds no \(what)") }
        return line
    }
}
