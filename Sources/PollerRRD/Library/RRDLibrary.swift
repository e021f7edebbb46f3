import CRRD
import Glibc
import PollerModel
import Synchronization

/// The one place that calls librrd. A file is only ever in one call at a time, and only one
/// graph is drawn at a time; the callers see to both.
package enum RRDLibrary {
    /// librrd's version, for example "1.7.2".
    package static var version: String { String(cString: crrd_version()) }

    /// Removes what would steer librrd from outside. Once, before other threads exist.
    package static func start() { crrd_clear_environment() }

    /// librrd's words for the call that just failed on this thread.
    struct Failure: Error, Hashable {
        let words: String
    }

    private static func failure() -> Failure {
        let words = crrd_error().map { String(cString: $0) } ?? ""
        guard words.isEmpty else { return Failure(words: words) }
        // A full disk is reported without a word; errno has the reason then.
        let reason = errno
        return Failure(
            words: reason == 0 ? "librrd gave no reason" : String(cString: strerror(reason)))
    }

    static func create(
        _ path: String, step: Step, lastUpdate: Int64, definitions: [String]
    ) throws(Failure) {
        let result = withArguments(definitions) { arguments, count in
            crrd_create(path, UInt(step.seconds), lastUpdate, arguments, count)
        }
        guard result == 0 else { throw failure() }
    }

    /// - Parameter rows: `time:value:value`, oldest first (RRDtool manual, rrdupdate).
    static func update(
        _ path: String, rows: UnsafePointer<UnsafePointer<CChar>?>, count: Int32
    ) throws(Failure) {
        guard crrd_update(path, rows, count) == 0 else { throw failure() }
    }

    /// - Parameter stepSeconds: librrd takes the archive whose rows are nearest to this length,
    ///   among those that reach back to `start`.
    static func rows(
        _ path: String, function: ConsolidationFunction, start: Int64, end: Int64,
        stepSeconds: Int64 = 1
    ) throws(Failure) -> RoundRobinSeries {
        var rows = crrd_rows()
        let result = crrd_fetch(
            path, function.rawValue, start, end, UInt(stepSeconds), &rows)
        guard result == 0 else {
            throw failure()
        }
        defer { crrd_rows_free(&rows) }
        let columns = Int(rows.name_count)
        let names = (0..<columns).map { rows.names[$0].map { String(cString: $0) } ?? "" }
        return RoundRobinSeries(
            start: Timestamp(seconds: rows.start), stepSeconds: Int64(rows.step), names: names,
            values: Array(
                UnsafeBufferPointer(start: rows.values, count: Int(rows.row_count) * columns)))
    }

    /// What the head of a file says, as `rrdtool info` prints it.
    ///
    /// - Parameter name: stands for the file in it.
    static func info(_ path: String, as name: String) throws(Failure) -> RoundRobinInfo {
        var facts = crrd_facts()
        guard crrd_info(path, &facts) == 0 else { throw failure() }
        defer { crrd_facts_free(&facts) }
        return RoundRobinInfo(
            entries: UnsafeBufferPointer(start: facts.facts, count: facts.count).map { fact in
                let key = printable(fact.key)
                // librrd tells the path under which it opened the file.
                if key == "filename" { return .init(key: key, value: .text(name)) }
                switch fact.kind {
                case CRRD_NUMBER:
                    return .init(
                        key: key, value: .number(fact.number, printed: printable(fact.text)))
                case CRRD_INTEGER: return .init(key: key, value: .integer(fact.integer))
                default: return .init(key: key, value: .text(unquoted(fact.text)))
                }
            })
    }

    /// A file from elsewhere may hold control characters where its newest values are.
    private static func printable(_ text: UnsafePointer<CChar>) -> String {
        let scalars = String(cString: text).unicodeScalars.map {
            $0.properties.generalCategory == .control ? "?" : $0
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func unquoted(_ text: UnsafePointer<CChar>) -> String {
        String(printable(text).dropFirst().dropLast())
    }

    /// librrd before 1.8 shares one font map between threads without a lock: two pictures at
    /// once end the process. There is one render thread; this keeps a second renderer harmless.
    private static let drawing = Mutex(())

    /// A picture.
    ///
    /// - Parameters:
    ///   - series: what stands behind the names `cb//0`, `cb//1`, … in DEFs.
    ///   - scale: the `--zoom` among the arguments; librrd tells places without it.
    ///   - range: the one asked for.
    static func graph(
        _ arguments: [String], series: [RoundRobinSeries] = [], scale: Int, range: TimeRange
    ) throws(Failure) -> GraphImage {
        var image = crrd_image()
        let lent = LentSeries(series)
        try drawing.withLock { (_) throws(Failure) in
            let result = withArguments(arguments) { arguments, count in
                lent.withPointer { crrd_graph(arguments, count, $0.baseAddress, $0.count, &image) }
            }
            guard result == 0 else { throw failure() }
        }
        defer { crrd_image_free(&image) }
        let bytes = Array(UnsafeBufferPointer(start: image.bytes, count: image.size))
        let shown = try? TimeRange(
            start: Timestamp(seconds: image.start), end: Timestamp(seconds: image.end))
        return GraphImage(
            bytes: bytes,
            plot: GraphImage.PlotBox(
                left: Int(image.plot_left) * scale, top: Int(image.plot_top) * scale,
                width: Int(image.plot_width) * scale, height: Int(image.plot_height) * scale),
            width: Int(image.width) * scale, height: Int(image.height) * scale,
            // librrd never narrows a range to nothing; should it, the range asked for stands.
            range: shown ?? range)
    }

    /// Lends C strings for the time of one call.
    private static func withArguments<Value>(
        _ arguments: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>, Int32) -> Value
    ) -> Value {
        let owned = arguments.map { strdup($0) }
        defer { for text in owned { free(text) } }
        var vector: [UnsafePointer<CChar>?] = owned.map { UnsafePointer($0) }
        vector.append(nil)
        return vector.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                preconditionFailure("a vector that ends in nil is not empty")
            }
            return body(base, Int32(arguments.count))
        }
    }
}
