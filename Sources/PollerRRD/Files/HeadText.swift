import PollerModel

/// What the head that was read last says, in our words. For what is not done for every row.
extension FileHead {
    var step: Int64 { withBytes { Int64($0.word(HeadLayout.stepOffset)) } }

    /// The newest row's time; before version 3 to the second.
    var lastUpdate: Timestamp {
        withBytes { bytes in
            let seconds = Int64(bitPattern: bytes.word(layout.lastUpdate))
            let microseconds = layout.version < 3 ? 0 : bytes.word(layout.lastUpdate + 8)
            return Timestamp(milliseconds: seconds * 1_000 + Int64(microseconds) / 1_000)
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

    /// The guard has seen to it that a NUL ends these.
    private static func string(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> String {
        String(
            decoding: bytes.text(offset, limit: 20) ?? .init(start: nil, count: 0), as: UTF8.self)
    }
}
