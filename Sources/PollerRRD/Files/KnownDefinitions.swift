import Glibc
import PollerModel

/// Everything of a head that never changes, of the file that was last found sound: counts, step,
/// data sources and archives. Files of one profile and one template have the same.
struct KnownDefinitions {
    private var bytes: [UInt8] = []
    /// The rows of each archive, and of all together.
    private(set) var rows: [UInt64] = []
    private(set) var rowCount = 0
    /// The data sources as ours, once they were compared.
    var sources: [RoundRobinFile.Source]?

    init() {}

    /// - Parameter head: one whose definitions are sound.
    init(_ head: UnsafeRawBufferPointer, _ layout: HeadLayout) {
        bytes = Array(head[..<layout.lastUpdate])
        rows = (0..<layout.archiveCount).map {
            head.word(layout.archive($0) + HeadLayout.Archive.rows)
        }
        rowCount = rows.reduce(0) { $0 + Int($1) }
    }

    /// Whether a head has these definitions, byte for byte.
    func match(_ head: UnsafeRawBufferPointer, _ layout: HeadLayout) -> Bool {
        guard bytes.count == layout.lastUpdate, head.count >= bytes.count else { return false }
        return bytes.withUnsafeBytes { known in
            guard let known = known.baseAddress, let head = head.baseAddress else { return false }
            return memcmp(known, head, layout.lastUpdate) == 0
        }
    }
}
