import Glibc
import PollerModel

/// Puts contents into an empty file of the same layout that librrd made.
enum ContentsWriter {
    /// Fills the bytes of an empty file. Every archive's newest row becomes its last one.
    ///
    /// - Parameters:
    ///   - bytes: of a file that librrd made from the same definition.
    ///   - layout: of these bytes, checked by the guard.
    static func fill(
        _ bytes: inout [UInt8], _ layout: HeadLayout, with contents: RoundRobinContents
    ) {
        precondition(layout.sourceCount == contents.sources.count)
        precondition(layout.archiveCount == contents.archives.count)
        bytes.withUnsafeMutableBytes { bytes in
            func put<Value>(_ value: Value, at offset: Int) {
                bytes.storeBytes(of: value, toByteOffset: offset, as: Value.self)
            }
            put(contents.lastUpdateSeconds, at: layout.lastUpdate)
            if layout.version >= 3 {
                put(contents.lastUpdateMicroseconds, at: layout.lastUpdate + 8)
            }
            for (position, source) in contents.sources.enumerated() {
                let state = layout.sourceState(position)
                let text = source.lastText.utf8.prefix(HeadLayout.SourceState.lastTextBytes - 1)
                for place in 0..<HeadLayout.SourceState.lastTextBytes { bytes[state + place] = 0 }
                for (place, byte) in text.enumerated() { bytes[state + place] = byte }
                put(source.sum, at: state + HeadLayout.SourceState.sum)
                put(source.unknownSeconds, at: state + HeadLayout.SourceState.unknownSeconds)
            }
            var start = layout.headBytes
            for (position, archive) in contents.archives.enumerated() {
                for (source, value) in archive.states.enumerated() {
                    let state = layout.archiveState(position, source: source)
                    put(value.value, at: state + HeadLayout.ArchiveState.value)
                    put(value.unknownSteps, at: state + HeadLayout.ArchiveState.unknownSteps)
                    put(value.primary, at: state + HeadLayout.ArchiveState.primary)
                    put(value.secondary, at: state + HeadLayout.ArchiveState.secondary)
                }
                put(UInt64(archive.rowCount - 1), at: layout.pointer(position))
                archive.values.withUnsafeBytes { rows in
                    UnsafeMutableRawBufferPointer(rebasing: bytes[start...]).copyMemory(from: rows)
                    start += rows.count
                }
            }
            precondition(start == bytes.count, "the file has as many rows as the contents")
        }
    }

    /// Writes a whole file in its place, gives it the rights of our files, and waits for the disk.
    static func write(_ bytes: [UInt8], to path: String) throws(ReshapeFailure) {
        let descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .kernel(path, "opened") }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .kernel(path, "written") }
            done += count
        }
        // librrd creates 0644 whatever the umask says.
        guard fchmod(descriptor, 0o640) == 0 else { throw .kernel(path, "given its rights") }
        guard fdatasync(descriptor) == 0 else { throw .kernel(path, "brought to the disk") }
    }
}
