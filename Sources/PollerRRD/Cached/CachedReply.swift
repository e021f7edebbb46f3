import PollerModel

/// The status line of an answer (RRDtool manual, rrdcached: PROTOCOL): how many lines follow, or
/// -1 and why rrdcached refuses.
struct CachedReply: Hashable {
    let count: Int
    /// Printable.
    let words: String

    var refusal: CachedRefusal? { count < 0 ? CachedRefusal(words: words) : nil }

    init(_ line: ArraySlice<UInt8>) throws(CachedFailure) {
        guard let (number, rest) = Self.split(line) else {
            throw .nonsense(what: "its answer begins with “\(Self.shown(line))”")
        }
        count = number
        words = Self.shown(rest)
    }

    /// A number and what stands behind it; nil when there is none.
    static func split(_ line: ArraySlice<UInt8>) -> (number: Int, rest: ArraySlice<UInt8>)? {
        let end = line.firstIndex(of: UInt8(ascii: " ")) ?? line.endIndex
        guard let number = Int(String(decoding: line[..<end], as: UTF8.self)) else { return nil }
        return (number, line[end...])
    }

    /// What another program says, for our messages: printable and not long.
    static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        DeviceText(bytes: bytes).text.cut(toScalars: longestWords)
    }

    private static let longestWords = 300
}

extension CachedSocket {
    func reply() throws(CachedFailure) -> CachedReply { try CachedReply(line()) }

    /// The answer to CREATE. One of its refusals has a second line that no number announces.
    func creationReply() throws(CachedFailure) -> CachedReply {
        let reply = try reply()
        if reply.refusal != nil, reply.words.hasPrefix("No permission to recursively create") {
            _ = try line()
        }
        return reply
    }

    /// The answer to BATCH with `commands` commands: the refused ones by their position, from 0.
    func batchReply(commands: Int) throws(CachedFailure) -> [(command: Int, refusal: CachedRefusal)]
    {
        let greeting = try reply()
        guard greeting.count == 0 else {
            throw .nonsense(what: "it answers BATCH with “\(greeting.words)”")
        }
        let end = try reply()
        guard (0...commands).contains(end.count) else {
            throw .nonsense(what: "it counts \(end.count) errors in \(commands) commands")
        }
        var refusals: [(Int, CachedRefusal)] = []
        for _ in 0..<end.count {
            let line = try line()
            guard let (number, rest) = CachedReply.split(line), (1...commands).contains(number)
            else { throw .nonsense(what: "it refuses “\(CachedReply.shown(line))”") }
            refusals.append((number - 1, CachedRefusal(words: CachedReply.shown(rest))))
        }
        return refusals
    }

    /// The answer to INFO.
    func infoReply() throws(CachedFailure) -> Result<CachedInfo, CachedRefusal> {
        let reply = try reply()
        if let refusal = reply.refusal { return .failure(refusal) }
        guard reply.count <= CachedInfo.mostLines else {
            throw .nonsense(what: "its INFO has \(reply.count) lines")
        }
        var info = CachedInfo()
        for _ in 0..<reply.count { info.read(try line()) }
        guard info.lastUpdate != nil else {
            throw .nonsense(what: "its INFO does not say when the file was updated")
        }
        return .success(info)
    }

    /// The answer to FETCHBIN.
    func seriesReply() throws(CachedFailure) -> Result<CachedSeries, CachedRefusal> {
        let reply = try reply()
        if let refusal = reply.refusal { return .failure(refusal) }
        return .success(try CachedSeries(from: self, records: reply.count))
    }
}

/// rrdcached's words for what it will not do.
struct CachedRefusal: Error, Hashable {
    let words: String

    /// rrdcached's own text, or the C library's behind it; both are English whatever the locale
    /// is, because rrdcached sets none.
    var isMissingFile: Bool {
        words.hasPrefix("No such file: ") || words.hasSuffix("No such file or directory")
    }
    /// A row that is not later than the newest one.
    var isOldRow: Bool { words.hasPrefix("illegal attempt to update using time") }
}

/// What we want of INFO: `key type value` on each line, as librrd's rrd_info has them.
struct CachedInfo: Hashable {
    /// More than a file with a thousand data sources has.
    static let mostLines = 100_000
    /// librrd cuts what it remembers of a value there.
    static let longestValue = 29

    /// The newest row's time without its fraction.
    private(set) var lastUpdate: Int64?
    /// By name, as they were written.
    private(set) var lastValues: [String: String] = [:]

    mutating func read(_ line: ArraySlice<UInt8>) {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard parts.count == 3 else { return }
        let key = String(decoding: parts[0], as: UTF8.self)
        let value = String(decoding: parts[2], as: UTF8.self)
        if key == "last_update" {
            lastUpdate = Int64(value)
        } else if key.hasPrefix("ds["), key.hasSuffix("].last_ds") {
            lastValues[String(key.dropFirst(3).dropLast(9))] = value
        }
    }
}
