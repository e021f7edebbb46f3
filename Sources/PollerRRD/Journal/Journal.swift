import Glibc
import PollerModel

/// The journal: what was accepted and may not be in its files yet, in files of its own that only
/// grow. A row is accepted when `append` has returned: the kernel has it then, and no death of the
/// process takes it away. The disk has it a second later (`JournalSyncer`).
///
/// Only the writer's thread uses it.
final class Journal {
    /// A segment is closed when it is as large as the usual one, and as large as so many times its
    /// declarations, or as the largest one.
    struct Limits {
        var usualSegmentBytes = 16 << 20
        var declarationFactor = 8
        var largestSegmentBytes = Journal.largestSegmentBytes
        /// Rows that are written at once, but for those of one file.
        var largestPortionBytes = 4 << 20
    }
    static let largestSegmentBytes = 256 << 20
    /// After a failure, so long passes before the journal is tried again.
    static let retryMilliseconds: Int64 = 1_000

    /// Where a file stands in the segment that is being written.
    struct Mark {
        var segment: UInt64 = 0
        var id: UInt32 = 0
    }

    private let folder: String
    private let syncer: JournalSyncer
    private let limits: Limits
    private var segment: JournalSegment?
    private var nextNumber: UInt64 = 1
    private var size = 0
    private var declaredBytes = 0
    private var layouts: [RoundRobinFile: UInt32] = [:]
    private var nextFile: UInt32 = 0
    private var buffer = JournalBytes()
    /// The newest time any accepted row has.
    private(set) var newest: Timestamp?
    /// Bytes of the segments before the one that is being written, by number.
    private var closed: [UInt64: Int] = [:]

    init(folder: String, syncer: JournalSyncer, limits: Limits = Limits()) {
        self.folder = folder
        self.syncer = syncer
        self.limits = limits
    }

    /// Goes on behind what the folder holds from before.
    func follow(_ replayed: JournalReplay.Report) {
        nextNumber = replayed.largestNumber + 1
        newest = replayed.newest
        for segment in replayed.segments { closed[segment.number] = segment.bytes }
    }

    /// The segment that the next rows go to; 0 when there is none yet.
    var number: UInt64 { segment?.number ?? 0 }

    var segmentCount: Int { closed.count + (segment == nil ? 0 : 1) }
    var bytes: Int { closed.values.reduce(size, +) }

    /// Writes rows of several files, those of a device as one record. Afterwards each file knows the
    /// segment that its rows are in.
    func append(_ entries: [JournalEntry]) throws(SystemError) {
        var rest = entries[...]
        while !rest.isEmpty {
            // A portion at a time, so that no segment gets much larger than it may be.
            var size = 0
            let portion = rest.prefix { entry in
                defer { size += entry.rows.count * entry.file.rows.rowBytes }
                return size < limits.largestPortionBytes
            }
            try append(portion: portion)
            rest = rest[portion.endIndex...]
        }
    }

    private func append(portion: ArraySlice<JournalEntry>) throws(SystemError) {
        if segment == nil || isFull { try open() }
        guard let segment else { return }
        buffer.removeAll()
        for entry in portion where entry.file.mark.segment != segment.number {
            declare(entry.file, in: segment)
        }
        declaredBytes += buffer.count
        buffer.beginRows()
        for entry in portion {
            let size = entry.rows.count * entry.file.rows.rowBytes
            if buffer.openBytes + size > JournalRecord.largestBytes / 2 {
                buffer.endRows()
                buffer.beginRows()
            }
            buffer.rows(entry.rows, of: entry.file)
        }
        buffer.endRows()
        try flush()
        for entry in portion {
            entry.file.newestSegment = segment.number
            guard !entry.rows.isEmpty else { continue }
            let last = entry.file.rows.time(entry.rows.upperBound - 1)
            newest = max(newest ?? last, last)
        }
    }

    func append(removed path: String) throws(SystemError) {
        if segment == nil { try open() }
        buffer.removeAll()
        buffer.removed(path)
        try flush()
    }

    /// Goes on in a new segment: this one cannot be trusted, or is not to be kept from being
    /// released.
    func leave() {
        guard let segment else { return }
        closed[segment.number] = size
        self.segment = nil
    }

    /// Goes on in a new segment that holds nothing, so that the next start finds nothing to do.
    func begin() throws(SystemError) { try open() }

    /// Segments before `number` are not needed any more, once what was written to files is on
    /// the disk.
    func release(before number: UInt64) {
        let free = closed.keys.filter { $0 < number }
        guard !free.isEmpty else { return }
        for number in free { closed[number] = nil }
        syncer.release(free.sorted().map { "\(folder)/\(JournalSegment.name($0))" })
    }

    private var isFull: Bool {
        size >= limits.largestSegmentBytes
            || size >= max(limits.usualSegmentBytes, declaredBytes * limits.declarationFactor)
    }

    private func declare(_ file: BufferedFile, in segment: JournalSegment) {
        let definition = file.file
        let shape = RoundRobinFile(
            path: "", step: definition.step, heartbeatSeconds: definition.heartbeatSeconds,
            sources: definition.sources, archives: definition.archives)
        let layout: UInt32
        if let known = layouts[shape] {
            layout = known
        } else {
            layout = UInt32(layouts.count)
            layouts[shape] = layout
            buffer.layout(layout, shape)
        }
        file.mark = Mark(segment: segment.number, id: nextFile)
        buffer.file(nextFile, layout: layout, path: definition.path)
        nextFile += 1
    }

    private func open() throws(SystemError) {
        leave()
        // Also when that fails: something else may have the name.
        defer { nextNumber += 1 }
        let opened = try JournalSegment(folder: folder, number: nextNumber)
        (segment, size, declaredBytes, nextFile) = (opened, 0, 0, 0)
        layouts = [:]
        buffer.removeAll()
        buffer.segmentHeader(opened.number)
        if let newest { buffer.newest(newest) }
        do {
            try flush()
        } catch {
            // On a full disk, an empty file for every attempt would be left.
            closed[opened.number] = nil
            unlink(opened.path)
            throw error
        }
        syncer.folderChanged()
    }

    /// What is in `buffer` goes to the file whole, or not at all.
    private func flush() throws(SystemError) {
        guard let segment else { return }
        let failure: SystemError? = buffer.bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = write(
                    segment.descriptor, bytes.baseAddress.map { $0 + written },
                    bytes.count - written)
                if count < 0 {
                    if errno == EINTR { continue }
                    return SystemError(operation: "written")
                }
                written += count
            }
            return nil
        }
        if let failure {
            // Half a record would hide all that came behind it, and marks of files that it
            // declared would lead nowhere; so the segment ends in front of it.
            _ = ftruncate(segment.descriptor, off_t(size))
            leave()
            throw failure
        }
        size += buffer.count
        syncer.wrote(segment)
    }
}
