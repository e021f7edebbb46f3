/// Where things lie in the head of a round-robin file: everything in front of the rows, as the
/// C structs of rrd_format.h are laid out on a 64-bit, little-endian machine.
///
/// Behind the fixed part follow, each as often as there are of it: the data sources'
/// definitions, the archives' definitions, the time of the newest row, the data sources' state,
/// each archive's state for each data source, and each archive's newest row.
struct HeadLayout: Hashable {
    /// Cookie, version, float cookie, counts, step and ten unused words.
    static let fixedBytes = 128
    static let sourceBytes = 120
    static let archiveBytes = 120
    static let sourceStateBytes = 112
    static let archiveStateBytes = 80
    static let pointerBytes = 8

    static let versionOffset = 4
    static let floatCookieOffset = 16
    static let sourceCountOffset = 24
    static let archiveCountOffset = 32
    static let stepOffset = 40

    /// Offsets inside a data source's definition.
    enum Source {
        static let nameBytes = 20
        static let kind = 20
        static let heartbeat = 40
        static let minimum = 48
        static let maximum = 56
    }

    /// Offsets inside an archive's definition.
    enum Archive {
        static let rows = 24
        static let stepsPerRow = 32
        static let unknownShare = 40
    }

    /// Offsets inside a data source's state.
    enum SourceState {
        static let lastTextBytes = 30
        static let unknownSeconds = 32
        /// What the running step has summed up: rate × seconds.
        static let sum = 40
    }

    /// Offsets inside an archive's state of one data source.
    enum ArchiveState {
        static let value = 0
        static let unknownSteps = 8
        /// The newest row, and what a row takes that is skipped together with it.
        static let primary = 64
        static let secondary = 72
    }

    /// 1 … 5: the number in the version field.
    let version: Int
    let sourceCount: Int
    let archiveCount: Int

    func source(_ position: Int) -> Int { Self.fixedBytes + position * Self.sourceBytes }

    func archive(_ position: Int) -> Int { source(sourceCount) + position * Self.archiveBytes }

    /// Seconds of the newest row; from version 3 on, microseconds behind them.
    var lastUpdate: Int { archive(archiveCount) }
    private var lastUpdateBytes: Int { version < 3 ? 8 : 16 }

    func sourceState(_ position: Int) -> Int {
        lastUpdate + lastUpdateBytes + position * Self.sourceStateBytes
    }

    func archiveState(_ archive: Int, source: Int) -> Int {
        sourceState(sourceCount) + (archive * sourceCount + source) * Self.archiveStateBytes
    }

    func pointer(_ archive: Int) -> Int {
        archiveState(archiveCount, source: 0) + archive * Self.pointerBytes
    }

    /// Bytes in front of the first row.
    var headBytes: Int { pointer(archiveCount) }
}

/// Reads and writes the numbers of a head.
extension UnsafeRawBufferPointer {
    func word(_ offset: Int) -> UInt64 { loadUnaligned(fromByteOffset: offset, as: UInt64.self) }

    func number(_ offset: Int) -> Double { loadUnaligned(fromByteOffset: offset, as: Double.self) }

    /// The text that starts at `offset`, up to its NUL; nil when there is none in `limit` bytes.
    func text(_ offset: Int, limit: Int) -> UnsafeRawBufferPointer? {
        for end in offset..<offset + limit where self[end] == 0 {
            return UnsafeRawBufferPointer(rebasing: self[offset..<end])
        }
        return nil
    }
}
