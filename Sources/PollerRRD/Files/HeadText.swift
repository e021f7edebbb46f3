import PollerModel

/// What the head that was read last says, in our words. For what is not done for every row.
extension FileHead {
    var step: Int64 { withBytes { Int64($0.word(HeadLayout.stepOffset)) } }

    /// The newest row's time; before version 3 to the second.
    var lastUpdate: Timestamp {
        withBytes { bytes in
            let seconds = Int64(bitPattern: bytes.word(layout.lastUpdate))
            let microseconds = layout.version < 3 ? 0 : bytes.word(layout.lastUpdate + 8)
            // librrd reads "1700000000.840" as a binary number and keeps 839 999 µs.
            return Timestamp(milliseconds: seconds * 1_000 + (Int64(microseconds) + 500) / 1_000)
        }
    }

    /// Name, kind and heartbeat of each data source, in the order of the file.
    var sources: [(name: String, kind: String, heartbeatSeconds: Int64)] {
        withBytes { bytes in
            (0..<layout.sourceCount).map { position in
                let start = layout.source(position)
                return (
                    Self.string(bytes, start),
                    Self.string(bytes, start + HeadLayout.Source.kind),
                    Int64(bytes.word(start + HeadLayout.Source.heartbeat))
                )
            }
        }
    }

    /// The archives in the order of the file; nil in place of one whose function we do not write.
    var archives: [RoundRobinArchive?] {
        withBytes { bytes in
            (0..<layout.archiveCount).map { position in
                let start = layout.archive(position)
                return ConsolidationFunction(rawValue: Self.string(bytes, start)).map {
                    RoundRobinArchive(
                        function: $0,
                        stepsPerRow: Int(bytes.word(start + HeadLayout.Archive.stepsPerRow)),
                        rows: Int(bytes.word(start + HeadLayout.Archive.rows)),
                        unknownShare: bytes.number(start + HeadLayout.Archive.unknownShare))
                }
            }
        }
    }

    /// The newest number of each data source as it was written, by name.
    var lastTexts: [String: String] {
        withBytes { bytes in
            var texts: [String: String] = [:]
            for position in 0..<layout.sourceCount {
                let state = layout.sourceState(position)
                texts[Self.string(bytes, layout.source(position))] = Self.string(
                    bytes, state, limit: HeadLayout.SourceState.lastTextBytes)
            }
            return texts
        }
    }

    /// Whether the file has exactly these data sources in this order.
    func hasSources(_ sources: [RoundRobinFile.Source]) -> Bool {
        guard sources.count == layout.sourceCount else { return false }
        if known.sources == sources { return true }
        let isEqual = withBytes { bytes in
            sources.enumerated().allSatisfy { position, source in
                let start = layout.source(position)
                return Self.isText(source.name, bytes, start)
                    && Self.isText(source.kind.rawValue, bytes, start + HeadLayout.Source.kind)
            }
        }
        if isEqual { known.sources = sources }
        return isEqual
    }

    private static func isText(
        _ text: String, _ bytes: UnsafeRawBufferPointer, _ offset: Int
    ) -> Bool {
        bytes.text(offset, limit: HeadLayout.Source.nameBytes)?.elementsEqual(text.utf8) ?? false
    }

    /// The guard has seen to it that a NUL ends these.
    private static func string(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, limit: Int = HeadLayout.Source.nameBytes
    ) -> String {
        String(
            decoding: bytes.text(offset, limit: limit) ?? .init(start: nil, count: 0),
            as: UTF8.self)
    }
}
