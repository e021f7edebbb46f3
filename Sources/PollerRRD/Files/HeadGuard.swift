import PollerModel

/// Looks at the head of a file before librrd does: a damaged head ends the process, by a bad
/// address, a division by zero, a loop without end or a version that is taken for a format.
enum HeadGuard {
    /// What is wrong with a file, in words that follow its name.
    enum Flaw: Error, Hashable {
        case notAFile(kind: String)
        case shorter(bytes: Int64, wanted: Int)
        case otherSize(bytes: Int64, wanted: Int)
        case foreign
        case otherVersion
        case otherMachine
        case field(String)
        /// librrd runs code that stands in the file for these.
        case computed(source: String)
        case future(seconds: Int64)
    }

    static let largestSourceCount: UInt64 = 1_000
    static let largestArchiveCount: UInt64 = 500
    static let largestHeadBytes = 8 << 20
    private static let largestStep: UInt64 = 366 * 86_400
    private static let largestHeartbeat: UInt64 = 10 * 366 * 86_400
    private static let largestRows: UInt64 = 10_000_000
    /// Step × steps × rows: as much as a profile may ask for, and far from what overflows.
    private static let largestSpan: UInt64 = 10_000_000_000_000_000
    /// 1 January 1980: no file is older.
    static let earliestUpdate: Int64 = 315_360_000
    /// How far ahead of that a file may be.
    private static let futureSeconds: Int64 = 2 * 86_400
    /// rrd_format.h: FLOAT_COOKIE; it has another place or value on other machines.
    private static let floatCookie = 8.642135E130

    private static let cookie = Array("RRD\0".utf8)
    private static let kinds = [
        "GAUGE", "COUNTER", "DERIVE", "ABSOLUTE", "DCOUNTER", "DDERIVE",
    ].map { Array($0.utf8) }
    private static let computedKind = Array("COMPUTE".utf8)
    private static let functions = ["AVERAGE", "MIN", "MAX", "LAST"].map { Array($0.utf8) }

    /// What the fixed part says; the rest of the head is `headBytes` long.
    ///
    /// - Parameters:
    ///   - bytes: the first bytes of the file, as many as are at hand.
    ///   - size: of the whole file.
    static func layout(
        _ bytes: UnsafeRawBufferPointer, size: Int64
    ) throws(Flaw) -> HeadLayout {
        guard bytes.isEmpty || bytes.starts(with: cookie.prefix(bytes.count)) else {
            throw .foreign
        }
        guard bytes.count >= HeadLayout.fixedBytes else {
            throw .shorter(bytes: size, wanted: HeadLayout.fixedBytes)
        }
        let digit = bytes[HeadLayout.versionOffset + 3]
        guard (0..<3).allSatisfy({ bytes[HeadLayout.versionOffset + $0] == 0x30 }),
            (0x31...0x35).contains(digit), bytes[HeadLayout.versionOffset + 4] == 0
        else { throw .otherVersion }
        guard bytes.number(HeadLayout.floatCookieOffset) == floatCookie else {
            throw .otherMachine
        }
        let sources = bytes.word(HeadLayout.sourceCountOffset)
        let archives = bytes.word(HeadLayout.archiveCountOffset)
        guard (1...largestSourceCount).contains(sources),
            (1...largestArchiveCount).contains(archives)
        else { throw .field("the numbers of data sources and archives") }
        guard (1...largestStep).contains(bytes.word(HeadLayout.stepOffset)) else {
            throw .field("the step")
        }
        let layout = HeadLayout(
            version: Int(digit - 0x30), sourceCount: Int(sources), archiveCount: Int(archives))
        guard layout.headBytes <= largestHeadBytes else { throw .field("the size of the head") }
        guard Int64(layout.headBytes) <= size else {
            throw .shorter(bytes: size, wanted: layout.headBytes)
        }
        return layout
    }

    /// - Parameters:
    ///   - bytes: the whole head.
    ///   - size: of the whole file.
    ///   - horizon: the latest time that can be true now; a file that is far ahead of it would take
    ///     no row for as long.
    ///   - known: definitions that were found sound before. Most files have the same, and then only
    ///     what changes with every row is looked at.
    static func check(
        _ bytes: UnsafeRawBufferPointer, _ layout: HeadLayout, size: Int64, horizon: Timestamp,
        known: inout KnownDefinitions
    ) throws(Flaw) {
        precondition(bytes.count >= layout.headBytes)
        if !known.match(bytes, layout) {
            for position in 0..<layout.sourceCount { try checkSource(bytes, layout, position) }
            for position in 0..<layout.archiveCount { try checkArchive(bytes, layout, position) }
            known = KnownDefinitions(bytes, layout)
        }
        for position in 0..<layout.archiveCount {
            guard bytes.word(layout.pointer(position)) < known.rows[position] else {
                throw .field("the newest row of archive \(position + 1)")
            }
        }
        try checkTime(bytes, layout, horizon: horizon)
        let step = bytes.word(HeadLayout.stepOffset)
        for position in 0..<layout.sourceCount {
            let state = layout.sourceState(position)
            guard bytes.text(state, limit: HeadLayout.SourceState.lastTextBytes) != nil else {
                throw .field("the newest value of data source \(position + 1)")
            }
            guard bytes.word(state + HeadLayout.SourceState.unknownSeconds) <= step else {
                throw .field("the unknown seconds of data source \(position + 1)")
            }
        }
        let wanted = layout.headBytes + known.rowCount * layout.sourceCount * 8
        guard size >= Int64(wanted) else { throw .shorter(bytes: size, wanted: wanted) }
        guard size == Int64(wanted) else { throw .otherSize(bytes: size, wanted: wanted) }
    }

    private static func checkSource(
        _ bytes: UnsafeRawBufferPointer, _ layout: HeadLayout, _ position: Int
    ) throws(Flaw) {
        let start = layout.source(position)
        guard let name = bytes.text(start, limit: HeadLayout.Source.nameBytes),
            !name.isEmpty, name.allSatisfy(isNameByte)
        else { throw .field("the name of data source \(position + 1)") }
        for other in 0..<position {
            if bytes.text(layout.source(other), limit: HeadLayout.Source.nameBytes)?
                .elementsEqual(name) == true
            {
                throw .field("the name of data source \(position + 1), which another has too")
            }
        }
        let kind = bytes.text(start + HeadLayout.Source.kind, limit: 20)
        guard let kind, kinds.contains(where: kind.elementsEqual) else {
            if kind?.elementsEqual(computedKind) == true {
                throw .computed(source: String(decoding: name, as: UTF8.self))
            }
            throw .field("the kind of data source \(position + 1)")
        }
        guard (1...largestHeartbeat).contains(bytes.word(start + HeadLayout.Source.heartbeat))
        else { throw .field("the heartbeat of data source \(position + 1)") }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
        default: false
        }
    }

    private static func checkArchive(
        _ bytes: UnsafeRawBufferPointer, _ layout: HeadLayout, _ position: Int
    ) throws(Flaw) {
        let start = layout.archive(position)
        guard let function = bytes.text(start, limit: 20) else {
            throw .field("the function of archive \(position + 1)")
        }
        let isSimple = functions.contains(where: function.elementsEqual)
        if !isSimple { try ForecastGuard.check(bytes, layout, position) }
        let rows = bytes.word(start + HeadLayout.Archive.rows)
        let steps = bytes.word(start + HeadLayout.Archive.stepsPerRow)
        guard (1...largestRows).contains(rows), (1...largestRows).contains(steps),
            rows * steps <= largestSpan / bytes.word(HeadLayout.stepOffset)
        else { throw .field("the rows of archive \(position + 1)") }
        let share = bytes.number(start + HeadLayout.Archive.unknownShare)
        // The archives of a forecast keep no share.
        guard (0..<1).contains(share) || !isSimple else {
            throw .field("the unknown share of archive \(position + 1)")
        }
    }

    private static func checkTime(
        _ bytes: UnsafeRawBufferPointer, _ layout: HeadLayout, horizon: Timestamp
    ) throws(Flaw) {
        let seconds = Int64(bitPattern: bytes.word(layout.lastUpdate))
        guard seconds >= earliestUpdate else { throw .field("the time of the newest row") }
        guard seconds <= horizon.seconds + futureSeconds else {
            throw .future(seconds: seconds - horizon.seconds)
        }
        if layout.version >= 3 {
            guard bytes.word(layout.lastUpdate + 8) < 1_000_000 else {
                throw .field("the time of the newest row")
            }
        }
    }
}

extension HeadGuard.Flaw {
    /// What a person reads behind the path.
    var words: String {
        switch self {
        case .notAFile(let kind): "is \(kind), not a file"
        case .shorter(let bytes, let wanted): "has \(bytes) bytes and should have \(wanted)"
        case .otherSize(let bytes, let wanted): "has \(bytes) bytes and should have \(wanted)"
        case .foreign: "is not a round-robin file"
        case .otherVersion: "is of a version of round-robin files that is not known"
        case .otherMachine: "was made on another kind of machine"
        case .field(let what): "is damaged: \(what) cannot be true"
        case .computed(let source):
            "has a computed data source, \(source), whose code is not run"
        case .future(let seconds): "is \(seconds) s ahead of the clock"
        }
    }
}
