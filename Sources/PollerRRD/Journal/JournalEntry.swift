import PollerModel

/// Rows of one file that go to the journal: a part of what is in the file's buffer.
struct JournalEntry {
    let file: BufferedFile
    let rows: Range<Int>

    /// All that waits for a file.
    init(_ file: BufferedFile) {
        self.file = file
        rows = file.rows.indices
    }

    /// Puts rows into the buffer; they are accepted once the journal has them.
    init(_ file: BufferedFile, adding added: [RoundRobinRow]) {
        self.file = file
        let first = file.rows.count
        // All at once, and no more than will be needed.
        if first == 0 { file.rows.reserve(file.policy.rows) }
        for row in added { file.rows.append(row) }
        rows = first..<file.rows.count
        file.isBeingAccepted = true
    }
}
