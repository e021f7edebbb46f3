import PollerModel

/// Round-robin files of an rrdcached, on this machine or another. Its base folder decides where
/// they lie; it must run with -R, so that it makes the folders of devices, and take CREATE,
/// UPDATE, BATCH, FLUSH, FETCHBIN, INFO and FORGET.
///
/// Rows are acknowledged when rrdcached has them in memory and handed to its journal, if it
/// keeps one. After each connection, what is in a file already is asked before rows go there:
/// rrdcached itself knows the newest row to the second only, and would take one twice that has
/// a fraction; librrd then refuses it together with all rows behind it.
final class CachedFiles: ArchiveBackend {
    let largestWrite = 500
    /// The guard is where the files are.
    let quarantinedCount = 0
    let inspector: FileInspector? = nil
    /// Files asked for their newest row in one exchange: the requests fit into the kernel's
    /// buffers, whatever of the answers has not been read yet.
    static let mostQuestions = 32
    /// Commands of one BATCH.
    static let largestBatch = 10_000

    private let connection: CachedConnection
    /// The second of the newest row of each file that was asked for it, or took rows, on this
    /// connection.
    private var newest: [String: Int64] = [:]

    init(_ address: CachedAddress, limits: CachedConnection.Limits = .init()) {
        connection = CachedConnection(address, limits: limits)
    }

    func create(_ file: RoundRobinFile, start: Timestamp) throws(StoreFailure) {
        try attempt(file.path, "created") {
            () throws(CachedFailure) -> Result<Void, CachedRefusal> in
            try open()
            return try make(file, start: start)
        }
    }

    func write(_ writes: [ArchiveWrite], horizon: Timestamp) -> [Result<Void, StoreFailure>] {
        let writings = writes.map { CachedWriting($0) }
        do {
            try open()
            try settle(writings)
            try send(writings)
        } catch {
            for writing in writings where !writing.isOver {
                writing.fail(words(error))
            }
        }
        return writings.map(\.result)
    }

    func lastRow(
        _ file: RoundRobinFile, horizon: Timestamp
    ) throws(StoreFailure) -> RoundRobinLastRow {
        let info = try attempt(file.path, "read") {
            () throws(CachedFailure) -> Result<CachedInfo, CachedRefusal> in
            try open()
            return try ask([file.path])[0]
        }
        var values: [String: RoundRobinValue] = [:]
        for source in file.sources {
            values[source.name] = info.lastValues[source.name].map {
                RowText.value($0, kind: source.kind)
            }
        }
        return RoundRobinLastRow(time: Timestamp(seconds: info.lastUpdate ?? 0), values: values)
    }

    /// What rrdcached still has in memory is in it.
    func series(
        _ read: SeriesRead, horizon: Timestamp
    ) throws(StoreFailure) -> RoundRobinSeries {
        try attempt(read.path, "read") {
            () throws(CachedFailure) -> Result<RoundRobinSeries, CachedRefusal> in
            try open()
            return try fetch(
                read.path, read.function, start: read.range.start.seconds,
                end: read.range.end.seconds)
        }
    }

    /// rrdcached cannot delete a file. It forgets what it has in memory of it, and the file stays
    /// where it is; ids are never given twice, so nobody ever meets it again.
    func remove(_ path: String) throws(StoreFailure) {
        try attempt(path, "removed") {
            () throws(CachedFailure) -> Result<Void, CachedRefusal> in
            try open()
            newest[path] = nil
            let reply = try connection.exchange(CachedCommand.bytes([CachedCommand.forget(path)])) {
                socket throws(CachedFailure) in try socket.reply()
            }
            // What it does not have in memory, it need not forget.
            guard let refusal = reply.refusal, !refusal.isMissingFile else {
                return .success(())
            }
            return .failure(refusal)
        }
    }

    func plan(
        _ file: RoundRobinFile, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapePlan {
        throw .elsewhere(path: file.path)
    }

    func reshape(
        _ file: RoundRobinFile, undoPath: String, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapeReport {
        throw .elsewhere(path: file.path)
    }

    // MARK: What an exchange is about

    private func open() throws(CachedFailure) {
        if try connection.open() { newest = [:] }
    }

    private func words(_ failure: CachedFailure) -> String {
        "\(failure.words) (\(connection.address))"
    }

    /// Turns both kinds of failure into the store's.
    private func attempt<Value>(
        _ path: String, _ operation: String,
        _ body: () throws(CachedFailure) -> Result<Value, CachedRefusal>
    ) throws(StoreFailure) -> Value {
        guard CachedCommand.isPlain(path) else {
            throw .refused(path: path, reason: "its path holds what rrdcached takes for syntax")
        }
        do {
            switch try body() {
            case .success(let value): return value
            case .failure(let refusal):
                throw StoreFailure.failed(path: path, operation: operation, detail: refusal.words)
            }
        } catch let failure as CachedFailure {
            throw .failed(path: path, operation: operation, detail: words(failure))
        } catch let failure as StoreFailure {
            throw failure
        } catch {
            preconditionFailure("only these two are thrown above: \(error)")
        }
    }

    /// Makes a file unless there is one.
    private func make(
        _ file: RoundRobinFile, start: Timestamp
    ) throws(CachedFailure) -> Result<Void, CachedRefusal> {
        let command: String
        do {
            command = try CachedCommand.create(file, start: start)
        } catch {
            return .failure(CachedRefusal(words: error.reason))
        }
        let reply = try connection.exchange(CachedCommand.bytes([command])) {
            socket throws(CachedFailure) in try socket.creationReply()
        }
        guard let refusal = reply.refusal else {
            newest[file.path] = start.seconds - 1
            return .success(())
        }
        // That there is one already is told from other refusals by asking for it.
        return switch try ask([file.path])[0] {
        case .success: .success(())
        case .failure: .failure(refusal)
        }
    }

    /// What is in the files once everything in memory is written. `answers[i]` belongs to
    /// `paths[i]`.
    private func ask(
        _ paths: [String]
    ) throws(CachedFailure) -> [Result<CachedInfo, CachedRefusal>] {
        let request = CachedCommand.bytes(
            paths.flatMap { [CachedCommand.flush($0), CachedCommand.info($0)] })
        let answers = try connection.exchange(request) {
            socket throws(CachedFailure) -> [Result<CachedInfo, CachedRefusal>] in
            var answers: [Result<CachedInfo, CachedRefusal>] = []
            for _ in paths {
                let flushed = try socket.reply()
                let info = try socket.infoReply()
                answers.append(flushed.refusal.map { .failure($0) } ?? info)
            }
            return answers
        }
        for case (let path, .success(let info)) in zip(paths, answers) {
            newest[path] = info.lastUpdate
        }
        return answers
    }

    private func fetch(
        _ path: String, _ function: ConsolidationFunction, start: Int64, end: Int64
    ) throws(CachedFailure) -> Result<RoundRobinSeries, CachedRefusal> {
        let taken = newest[path]
        var commands = [
            CachedCommand.fetch(path, function: function, start: start, end: end)
        ]
        // rrdcached drops rows that it cannot write, and says so only in its log. So it is asked
        // how far the file reaches, lest an old picture passes for a new one.
        if taken != nil { commands.append(CachedCommand.info(path)) }
        let (rows, info) = try connection.exchange(CachedCommand.bytes(commands)) {
            socket throws(CachedFailure) in
            let rows = try socket.seriesReply()
            return (rows, taken == nil ? nil : try socket.infoReply())
        }
        if let taken, case .success(let info) = info, let written = info.lastUpdate, written < taken
        {
            return .failure(
                CachedRefusal(
                    words: "rrdcached could not write rows that it had taken: the file ends at "
                        + "\(Timestamp(seconds: written).rfc3339), they at "
                        + "\(Timestamp(seconds: taken).rfc3339); its log says why"))
        }
        return rows.flatMap { rows in
            rows.covers(start: start, end: end)
                ? .success(rows.series)
                : .failure(CachedRefusal(words: "rrdcached answered with another range of time"))
        }
    }

    // MARK: Writing

    /// Learns what is in the files that were not asked on this connection, makes those that are
    /// missing, and leaves out rows that are in the file.
    private func settle(_ writings: [CachedWriting]) throws(CachedFailure) {
        let unknown = writings.filter { !$0.isOver && newest[$0.path] == nil }
        for first in stride(from: 0, to: unknown.count, by: Self.mostQuestions) {
            let asked = unknown[first..<min(first + Self.mostQuestions, unknown.count)]
            for (writing, answer) in zip(asked, try ask(asked.map(\.path))) {
                switch answer {
                case .success(let info): writing.leaveOut(info)
                case .failure(let refusal) where refusal.isMissingFile: try make(for: writing)
                case .failure(let refusal): writing.fail(refusal.words)
                }
            }
        }
    }

    private func make(for writing: CachedWriting) throws(CachedFailure) {
        if case .failure(let refusal) = try make(writing.file, start: writing.start) {
            writing.fail(refusal.words)
        }
    }

    /// Sends each file's next command, one after the other in rounds: a row must not get to a
    /// file before the rows in front of it, or those would count as old ones for ever.
    private func send(_ writings: [CachedWriting]) throws(CachedFailure) {
        var waiting = writings.filter { !$0.isOver }
        while !waiting.isEmpty {
            let batch = waiting.prefix(Self.largestBatch)
            let commands = batch.map(\.next.text)
            let request = CachedCommand.bytes(["BATCH"] + commands + ["."])
            let refusals = try connection.exchange(request) { socket throws(CachedFailure) in
                try socket.batchReply(commands: commands.count)
            }
            let refused = Dictionary(refusals) { first, _ in first }
            for (position, writing) in batch.enumerated() {
                switch refused[position] {
                case nil:
                    newest[writing.path] = max(
                        newest[writing.path] ?? 0, writing.newestOfNext.seconds)
                    writing.advance()
                case .some(let refusal) where refusal.isMissingFile:
                    newest[writing.path] = nil
                    try writing.beginAgain() ? make(for: writing) : writing.fail(refusal.words)
                case .some(let refusal) where refusal.isOldRow:
                    writing.leaveOutOld()
                case .some(let refusal):
                    writing.fail(refusal.words)
                }
            }
            waiting.removeAll(where: \.isOver)
        }
    }
}
