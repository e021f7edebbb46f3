import Glibc
import PollerModel

/// Reads a whole round-robin file, after the guard has looked at it.
enum ContentsReader {
    /// - Parameters:
    ///   - path: the file; the caller sees to it that nobody writes to it meanwhile.
    ///   - horizon: the latest time that can be true now.
    static func bytes(_ path: String, horizon: Timestamp) throws(ReshapeFailure) -> [UInt8] {
        let head = FileHead()
        do {
            try head.read(path, horizon: horizon)
        } catch {
            throw .unreadable(path: path, reason: error.words)
        }
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .kernel(path, "opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .kernel(path, "read") }
        guard status.st_size <= ReshapeFailure.largestFileBytes else {
            throw .tooLarge(path: path, bytes: Int64(status.st_size))
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .kernel(path, "read") }
            guard count > 0 else {
                throw .unreadable(path: path, reason: "became shorter while it was read")
            }
            done += count
        }
        return bytes
    }

    /// - Parameter bytes: of a whole file; checked here once more, because offsets are taken
    ///   from them.
    static func contents(
        _ bytes: [UInt8], horizon: Timestamp
    ) throws(HeadGuard.Flaw) -> RoundRobinContents {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(HeadGuard.Flaw) in
                let layout = try HeadGuard.layout(bytes, size: Int64(bytes.count))
                var known = KnownDefinitions()
                try HeadGuard.check(
                    bytes, layout, size: Int64(bytes.count), horizon: horizon, known: &known)
                return contents(bytes, layout)
            }
        }.get()
    }

    private static func contents(
        _ bytes: UnsafeRawBufferPointer, _ layout: HeadLayout
    ) -> RoundRobinContents {
        var archives: [RoundRobinContents.Archive] = []
        var start = layout.headBytes
        for position in 0..<layout.archiveCount {
            archives.append(archive(bytes, layout, position, rowsAt: start))
            start += archives[position].rowCount * layout.sourceCount * 8
        }
        return RoundRobinContents(
            stepSeconds: Int64(bytes.word(HeadLayout.stepOffset)),
            lastUpdateSeconds: Int64(bitPattern: bytes.word(layout.lastUpdate)),
            lastUpdateMicroseconds: layout.version < 3
                ? 0 : Int64(bytes.word(layout.lastUpdate + 8)),
            sources: (0..<layout.sourceCount).map { source(bytes, layout, $0) },
            archives: archives)
    }

    private static func source(
        _ bytes: UnsafeRawBufferPointer, _ layout: HeadLayout, _ position: Int
    ) -> RoundRobinContents.Source {
        let definition = layout.source(position)
        let state = layout.sourceState(position)
        return RoundRobinContents.Source(
            name: string(bytes, definition, limit: HeadLayout.Source.nameBytes),
            kind: string(
                bytes, definition + HeadLayout.Source.kind, limit: HeadLayout.Source.nameBytes),
            heartbeatSeconds: Int64(bytes.word(definition + HeadLayout.Source.heartbeat)),
            minimum: bytes.number(definition + HeadLayout.Source.minimum),
            maximum: bytes.number(definition + HeadLayout.Source.maximum),
            lastText: string(bytes, state, limit: HeadLayout.SourceState.lastTextBytes),
            sum: bytes.number(state + HeadLayout.SourceState.sum),
            unknownSeconds: Int64(bytes.word(state + HeadLayout.SourceState.unknownSeconds)))
    }

    private static func archive(
        _ bytes: UnsafeRawBufferPointer, _ layout: HeadLayout, _ position: Int, rowsAt start: Int
    ) -> RoundRobinContents.Archive {
        let definition = layout.archive(position)
        let rows = Int(bytes.word(definition + HeadLayout.Archive.rows))
        let newest = Int(bytes.word(layout.pointer(position)))
        // The row behind the newest is the oldest; at the end of the archive it goes on at its
        // beginning.
        let split = (newest + 1) * layout.sourceCount
        let values = [Double](unsafeUninitializedCapacity: rows * layout.sourceCount) {
            (buffer, count) in
            count = rows * layout.sourceCount
            let older = count - split
            let target = UnsafeMutableRawBufferPointer(buffer)
            if older > 0 {
                target.copyMemory(
                    from: .init(
                        rebasing: bytes[(start + split * 8)..<(start + count * 8)]))
            }
            UnsafeMutableRawBufferPointer(rebasing: target[(older * 8)...]).copyMemory(
                from: .init(rebasing: bytes[start..<(start + split * 8)]))
        }
        return RoundRobinContents.Archive(
            functionName: string(bytes, definition, limit: HeadLayout.Source.nameBytes),
            stepsPerRow: Int64(bytes.word(definition + HeadLayout.Archive.stepsPerRow)),
            rowCount: rows,
            unknownShare: bytes.number(definition + HeadLayout.Archive.unknownShare),
            states: (0..<layout.sourceCount).map {
                let state = layout.archiveState(position, source: $0)
                return RoundRobinContents.State(
                    value: bytes.number(state + HeadLayout.ArchiveState.value),
                    // Not checked by the guard, and only compared with what is possible.
                    unknownSteps: Int64(
                        clamping: bytes.word(state + HeadLayout.ArchiveState.unknownSteps)),
                    primary: bytes.number(state + HeadLayout.ArchiveState.primary),
                    secondary: bytes.number(state + HeadLayout.ArchiveState.secondary))
            },
            values: values)
    }

    /// The guard has seen to it that a NUL ends these.
    private static func string(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, limit: Int
    ) -> String {
        String(
            decoding: bytes.text(offset, limit: limit) ?? .init(start: nil, count: 0),
            as: UTF8.self)
    }
}
