import PollerModel
import Testing

@Suite struct AuditChainTests {
    private static func entry(_ number: Int64, notes: [AuditEntry.Note] = []) -> AuditEntry {
        AuditEntry(
            time: Timestamp(seconds: 1_795_000_000 + number), actor: "ann", address: "192.0.2.1",
            action: "POST /x", status: 200, notes: notes)
    }

    /// A digest of a test: what the bytes are, folded to 32 bytes.
    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        for (index, byte) in bytes.enumerated() {
            digest[index % 32] = digest[index % 32] &* 31 &+ byte
        }
        return digest
    }

    private static func chain(_ count: Int64, after first: Int64 = 0) -> [AuditRecord] {
        var previous = [UInt8](repeating: 0, count: 32)
        return (first + 1...first + count).map { number in
            let id = AuditRecordID(number)
            let digest = digest(
                AuditRecord.sealedBytes(id: id, entry: entry(number), previous: previous))
            defer { previous = digest }
            return AuditRecord(id: id, entry: entry(number), previous: previous, digest: digest)
        }
    }

    private static func check(
        _ records: [AuditRecord], newest: Int64, removed: Int64 = 0
    ) -> AuditCheck {
        var chain = AuditChain(
            removed: AuditRecordID(removed), digest: [UInt8](repeating: 0, count: 32))
        for record in records {
            guard chain.take(record, digest: digest(record.sealedBytes)) else { break }
        }
        return chain.check(newest: newest)
    }

    @Test func `a chain as it was written has no flaw`() {
        let records = Self.chain(5)
        let check = Self.check(records, newest: 5)
        #expect(check.flaw == nil && check.count == 5 && check.newest == AuditRecordID(5))
        #expect(check.digest == records[4].digest)
        let empty = Self.check([], newest: 0)
        #expect(empty.flaw == nil && empty.newest == nil && empty.digest == nil)
        #expect(Self.check(Self.chain(3, after: 7), newest: 10, removed: 7).flaw == nil)
    }

    @Test func `what was changed, replaced or removed is named`() {
        var changed = Self.chain(5)
        changed[2] = AuditRecord(
            id: changed[2].id, entry: Self.entry(99), previous: changed[2].previous,
            digest: changed[2].digest)
        #expect(Self.check(changed, newest: 5).flaw == .changed(AuditRecordID(3)))
        var replaced = Self.chain(5)
        let entry = Self.entry(99)
        replaced[2] = AuditRecord(
            id: replaced[2].id, entry: entry, previous: replaced[2].previous,
            digest: Self.digest(
                AuditRecord.sealedBytes(
                    id: replaced[2].id, entry: entry, previous: replaced[2].previous)))
        #expect(Self.check(replaced, newest: 5).flaw == .unlinked(AuditRecordID(4)))
        var missing = Self.chain(5)
        missing.removeSubrange(1...2)
        let flaw = Self.check(missing, newest: 5).flaw
        #expect(flaw == .missing(from: 2, to: 3) && flaw?.words == "records 2 to 3 are missing")
        #expect(Self.check(Self.chain(4), newest: 5).flaw?.words == "record 5 is missing")
        #expect(
            Self.check(Array(Self.chain(5).dropFirst()), newest: 5).flaw?.words
                == "record 1 is missing")
    }

    @Test func `no two records have the same bytes, however their parts are cut`() {
        let none = [UInt8](repeating: 0, count: 32)
        let texts: [(String, String?, String?)] = [
            ("ab", "c", nil), ("a", "bc", nil), ("abc", nil, nil), ("abc", "", nil),
            ("abc", nil, ""), ("1:a", "1:b", "-:"), ("1:a1:b", "-:", nil),
        ]
        let all = texts.map {
            AuditRecord.sealedBytes(
                id: AuditRecordID(1),
                entry: Self.entry(1, notes: [.init(object: $0.0, before: $0.1, after: $0.2)]),
                previous: none)
        }
        #expect(Set(all).count == texts.count)
    }
}
