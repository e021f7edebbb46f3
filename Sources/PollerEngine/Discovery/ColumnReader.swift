import PollerModel

/// Reads columns of one device for one discovery: each once, whoever needs it, and all together
/// within limits.
final class ColumnReader {
    /// Questions sent in one discovery. The largest device that was recorded takes 1,200; one with
    /// twenty thousand interfaces ten times as many.
    static let largestMessageCount = 20_000
    /// A device is not asked any longer than this.
    static let longestMilliseconds: Int64 = 300_000
    /// So few instances are asked for one by one: the column may belong to a much longer table.
    static let fewRows = 25
    /// Of a long table a part as small as this is asked for one by one too: a walk takes half as
    /// many messages for as many rows.
    static let smallPart = 3
    /// Instances that are asked for together.
    private static let groupSize = 20

    private let transport: any SNMPTransport
    private let target: SNMPTarget
    private let timekeeper: any Timekeeper
    private let deadline: MonotonicTime
    private(set) var messages = 0
    private var walked: [OID: Column] = [:]
    private var single: [OID: SNMPValue] = [:]
    private var unread: Set<OID> = []

    init(transport: any SNMPTransport, target: SNMPTarget, timekeeper: any Timekeeper) {
        self.transport = transport
        self.target = target
        self.timekeeper = timekeeper
        deadline = timekeeper.now.monotonic.advanced(milliseconds: Self.longestMilliseconds)
    }

    /// A column's values by row, and why there are not more of them.
    struct Column {
        var values: [[UInt32]: SNMPValue] = [:]
        /// Whether the walk came to the column's end.
        var isWhole = true
        /// Whether it stopped at a limit.
        var isCut = false
        var note: String?
    }

    /// At or below which of `roots` the device has anything.
    func answering(_ roots: [OID]) async throws(SNMPFailure) -> Set<OID> {
        var answers: Set<OID> = []
        for root in roots where exhausted == nil {
            if try await hasSomething(below: root) { answers.insert(root) }
        }
        return answers
    }

    private func hasSomething(below root: OID) async throws(SNMPFailure) -> Bool {
        do {
            let walk = try await transport.walk(
                SNMPWalkRequest(target: target, root: root, rowLimit: 1))
            messages += walk.effort.messages
            return !walk.rows.isEmpty
        } catch {
            messages += 1
            if error.concernsWholeAgent || error == .stopped { throw error }
            return false
        }
    }

    /// Why nothing more is asked; nil while something is.
    private var exhausted: String? {
        if messages >= Self.largestMessageCount {
            return "the limit of \(Self.largestMessageCount) messages was reached"
        }
        return timekeeper.now.monotonic < deadline
            ? nil : "the limit of \(Self.longestMilliseconds / 1_000) s was reached"
    }

    // MARK: Whole columns

    func column(_ root: OID, rowLimit: Int) async throws(SNMPFailure) -> Column {
        if let known = walked[root] { return known }
        let column = try await walk(root, rowLimit: rowLimit)
        walked[root] = column
        return column
    }

    private func walk(_ root: OID, rowLimit: Int) async throws(SNMPFailure) -> Column {
        var column = Column()
        if let exhausted {
            (column.isWhole, column.note) = (false, exhausted)
            return column
        }
        do {
            let walk = try await transport.walk(
                SNMPWalkRequest(target: target, root: root, rowLimit: rowLimit))
            messages += walk.effort.messages
            var tooLong = 0
            for row in walk.rows {
                guard let index = row.oid.suffix(after: root) else { continue }
                if index.count <= QueryRow.longestIndex {
                    column.values[index] = row.value
                } else {
                    tooLong += 1
                }
            }
            if let cut = walk.cut {
                (column.isWhole, column.isCut, column.note) = (false, true, cut.words)
            } else if tooLong > 0 {
                column.note = "\(tooLong) left out: their index is too long"
            }
        } catch {
            messages += 1
            if error.concernsWholeAgent || error == .stopped { throw error }
            (column.isWhole, column.note) = (false, error.words)
        }
        return column
    }

    // MARK: Some rows of columns

    /// What is known of columns at some rows.
    struct Cells {
        var values: [OID: [[UInt32]: SNMPValue]] = [:]
        /// Columns that could not be read to their end.
        var unread: Set<OID> = []
        /// Those of them that stopped at a limit.
        var cut: Set<OID> = []
    }

    /// Reads `columns` at `rows`: of few rows each instance, of many the whole columns.
    ///
    /// - Parameter length: how many rows the columns have, as far as is known.
    func cells(
        _ columns: [OID], at rows: [[UInt32]], length: Int = 0, rowLimit: Int
    ) async throws(SNMPFailure) -> Cells {
        var cells = Cells()
        let areFew = rows.count <= Self.fewRows || rows.count * Self.smallPart <= length
        if areFew { try await get(columns.filter { walked[$0] == nil }, at: rows) }
        for root in columns {
            if areFew, walked[root] == nil {
                cells.values[root] = known(root, at: rows)
                if unread.contains(root) { cells.unread.insert(root) }
                continue
            }
            let column = try await column(root, rowLimit: rowLimit)
            cells.values[root] = column.values
            if !column.isWhole { cells.unread.insert(root) }
            if column.isCut { cells.cut.insert(root) }
        }
        return cells
    }

    private func known(_ column: OID, at rows: [[UInt32]]) -> [[UInt32]: SNMPValue] {
        var values: [[UInt32]: SNMPValue] = [:]
        for row in rows {
            if let value = single[column.appending(row)] { values[row] = value }
        }
        return values
    }

    /// Asks for single instances, those of one column together.
    private func get(_ columns: [OID], at rows: [[UInt32]]) async throws(SNMPFailure) {
        let wanted = columns.flatMap { column -> [(OID, [OID])] in
            let objects = rows.map { column.appending($0) }.filter { single[$0] == nil }
            return stride(from: 0, to: objects.count, by: Self.groupSize).map {
                (column, Array(objects[$0..<min($0 + Self.groupSize, objects.count)]))
            }
        }
        guard !wanted.isEmpty else { return }
        guard exhausted == nil else {
            unread.formUnion(wanted.map(\.0))
            return
        }
        // An error may be of one message only, so what it concerns is asked for once more.
        let failed = try await ask(wanted)
        unread.formUnion(try await ask(failed).map(\.0))
    }

    /// Keeps what is answered; what was not, because of an error of the agent's.
    private func ask(_ wanted: [(OID, [OID])]) async throws(SNMPFailure) -> [(OID, [OID])] {
        guard !wanted.isEmpty else { return [] }
        let response = await transport.get(
            SNMPGetRequest(target: target, groups: wanted.map(\.1)))
        messages += response.effort.messages
        var failed: [(OID, [OID])] = []
        for ((column, objects), group) in zip(wanted, response.groups) {
            switch group {
            case .failure(let failure):
                if failure.concernsWholeAgent || failure == .stopped { throw failure }
                failed.append((column, objects))
            case .success(let answer):
                let values = zip(objects, answer.values)
                for (object, value) in values { single[object] = value.success }
                let open = values.filter { $0.1.failure != nil }.map(\.0)
                if !open.isEmpty { failed.append((column, open)) }
            }
        }
        return failed
    }
}
