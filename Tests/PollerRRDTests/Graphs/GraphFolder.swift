import Foundation
import TestSupport

@testable import PollerModel
@testable import PollerRRD

/// Files of librrd in a folder of their own, pictures of them as the daemon makes them, and the real
/// rrdtool beside it.
final class GraphFolder: Sendable {
    private let folder: TemporaryFolder
    var path: String { folder.path }

    init() throws { folder = try TemporaryFolder() }

    /// Makes an empty file that begins at a second.
    func create(_ file: RoundRobinFile, start: Int64) throws {
        let path = path(file)
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try RRDLibrary.create(
            path, step: file.step, lastUpdate: start, definitions: file.definitions)
    }

    /// Rows as rrdupdate takes them, oldest first.
    func update(_ file: RoundRobinFile, _ rows: [String]) throws {
        try RRDLibrary.update(path(file), rows: rows)
    }

    func remove(_ file: RoundRobinFile) throws {
        try FileManager.default.removeItem(atPath: path(file))
    }

    func path(_ file: RoundRobinFile) -> String { "\(path)/\(file.path)" }

    /// What the daemon would say and draw.
    func plan(
        _ subject: GraphSubject, _ request: GraphRequest, _ situation: GraphSituation
    ) -> GraphPlan {
        let reads = GraphPlanner.reads(for: subject, request, situation)
        let answers = reads.all.map { read in
            Result<RoundRobinSeries, StoreFailure> { () throws(StoreFailure) in
                try answer(to: read)
            }
        }
        let rows = GraphRows(reads, answers, range: request.range)
        return GraphPlanner.plan(subject, request, situation, rows: rows)
    }

    private func answer(to read: SeriesRead) throws(StoreFailure) -> RoundRobinSeries {
        do {
            return try RRDLibrary.rows(
                "\(path)/\(read.path)", function: read.function, start: read.range.start.seconds,
                end: read.range.end.seconds, stepSeconds: read.rowSeconds)
        } catch {
            throw .failed(path: read.path, operation: "read", detail: error.words)
        }
    }

    /// Draws on this thread.
    ///
    /// - Parameter readsFiles: whether librrd reads the files itself, as the command does that a
    ///   person is shown.
    func draw(_ script: GraphScript, readsFiles: Bool = false) throws -> GraphImage {
        try RRDLibrary.graph(
            arguments(script, readsFiles: readsFiles), series: readsFiles ? [] : script.rows,
            scale: script.scale, range: script.range)
    }

    func arguments(_ script: GraphScript, readsFiles: Bool = true) -> [String] {
        GraphArguments.arguments(
            for: script, reading: readsFiles ? .files(folder: path) : .memory)
    }

    /// What the real rrdtool answers.
    func rrdtool(_ arguments: [String]) async throws -> String {
        guard let rrdtool = Program.find("rrdtool") else { throw Unexpected("rrdtool is missing") }
        let result = try await Program.run(
            rrdtool, arguments, environment: ["TZ": "Europe/Berlin", "LC_ALL": "C"])
        guard result.status == 0 else {
            throw Unexpected("\(result.errors)\n\(arguments.joined(separator: "\n"))")
        }
        return result.output
    }

    /// Rows as the real rrdtool prints them: of each data source, by the second at which they begin.
    func fetch(
        _ file: RoundRobinFile, _ function: String, from start: Int64, to end: Int64,
        rowSeconds: Int64
    ) async throws -> PrintedRows {
        PrintedRows(
            try await rrdtool([
                "fetch", path(file), function, "-s", "\(start)", "-e", "\(end)", "-r",
                "\(rowSeconds)",
            ]), rowSeconds: rowSeconds)
    }
}

/// What `rrdtool fetch` prints.
struct PrintedRows {
    /// When each row begins.
    private(set) var starts: [Int64] = []
    /// Of each data source, row by row; NaN is unknown.
    private(set) var columns: [String: [Double]] = [:]

    init(_ text: String, rowSeconds: Int64) {
        let lines = text.split(separator: "\n")
        let names = lines.first?.split(separator: " ").map(String.init) ?? []
        for name in names { columns[name] = [] }
        for line in lines.dropFirst() {
            let words = line.split(separator: " ")
            guard words.count == names.count + 1, let end = Int64(words[0].dropLast()) else {
                continue
            }
            starts.append(end - rowSeconds)
            for (name, word) in zip(names, words.dropFirst()) {
                columns[name, default: []].append(Double(word) ?? .nan)
            }
        }
    }
}
