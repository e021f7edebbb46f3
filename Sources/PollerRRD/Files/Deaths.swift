import Foundation

/// How often in a row the daemon died while it worked on a file. Kept beside the journal.
struct Deaths {
    static let name = "deaths"
    /// A file that was worked on at so many deaths is not opened again.
    static let limit = 3
    /// Files that are remembered; there is one death for each.
    private static let largestCount = 100
    private static let largestBytes = 1 << 20

    private let path: String
    private var counts: [String: Int] = [:]

    /// - Parameter folder: of the journal.
    init(folder: String) {
        path = "\(folder)/\(Self.name)"
        // Counting begins anew when what was counted is not there or cannot be read.
        let bytes = try? RegularFile.contents(path, largestBytes: Self.largestBytes)
        for line in String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let count = Int(parts[0]), counts.count < Self.largestCount
            else { continue }
            counts[String(parts[1])] = count
        }
    }

    var isEmpty: Bool { counts.isEmpty }

    /// - Returns: how many it are now.
    mutating func count(_ file: String) -> Int {
        counts[file, default: 0] += 1
        save()
        return counts[file] ?? 0
    }

    /// The file was worked on and nobody died.
    mutating func forget(_ file: String) {
        guard counts.removeValue(forKey: file) != nil else { return }
        save()
    }

    /// Atomically; where it cannot be written, the next start counts from what it finds.
    private func save() {
        let lines = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }.joined()
        try? Data(lines.utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
