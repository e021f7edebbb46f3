import PollerModel

/// rrdcached's commands as we write them. Only what cannot be taken for syntax gets into one.
enum CachedCommand {
    /// rrdcached's journal cuts longer ones (RRD_CMD_MAX is 4096), and loses rows with it.
    static let longest = 4_000
    /// rrdcached gathers definitions in 128 places and does not count.
    static let mostDefinitions = 128

    /// Why a command cannot be written.
    struct Refusal: Error, Hashable {
        let reason: String
    }

    static func flush(_ path: String) -> String { "FLUSH \(path)" }
    static func info(_ path: String) -> String { "INFO \(path)" }
    static func forget(_ path: String) -> String { "FORGET \(path)" }

    /// Its data as bytes. There is no wish for a resolution: rrdcached takes the finest archive
    /// that reaches back to `start`.
    static func fetch(
        _ path: String, function: ConsolidationFunction, start: Int64, end: Int64
    ) -> String { "FETCHBIN \(path) \(function.rawValue) \(start) \(end)" }

    /// Makes a file that must not be there yet.
    static func create(
        _ file: RoundRobinFile, start: Timestamp
    ) throws(Refusal) -> String {
        let definitions = file.definitions
        guard definitions.count <= mostDefinitions else {
            throw Refusal(
                reason: "it has \(definitions.count) data sources and archives, and rrdcached "
                    + "takes \(mostDefinitions)")
        }
        // One second before, because librrd takes no row at the very start.
        let command =
            "CREATE \(file.path) -s \(file.step.seconds) -b \(start.seconds - 1) -O "
            + definitions.joined(separator: " ")
        guard command.utf8.count <= longest else {
            throw Refusal(reason: "its definition is longer than rrdcached takes")
        }
        return command
    }

    /// UPDATE commands with all rows, as few as the longest command allows.
    ///
    /// - Parameter rows: as `RowText` writes them.
    static func updates(_ path: String, rows: [String]) throws(Refusal) -> [Update] {
        let head = "UPDATE \(path)"
        var updates: [Update] = []
        var text = head
        var first = 0
        for (position, row) in rows.enumerated() {
            if text.utf8.count + 1 + row.utf8.count > longest, position > first {
                updates.append(Update(text: text, rows: first..<position))
                (text, first) = (head, position)
            }
            text += " " + row
            guard text.utf8.count <= longest else {
                throw Refusal(reason: "one row is longer than rrdcached takes")
            }
        }
        if first < rows.count { updates.append(Update(text: text, rows: first..<rows.count)) }
        return updates
    }

    /// One UPDATE command and the rows in it.
    struct Update: Hashable {
        let text: String
        let rows: Range<Int>
    }

    /// Whether a path can stand in a command. Ours are made of ids.
    static func isPlain(_ path: String) -> Bool {
        !path.isEmpty && path.utf8.count <= longestPath && !path.hasPrefix("/")
            && !path.split(separator: "/").contains("..")
            && path.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static let longestPath = 1_000

    static func bytes(_ commands: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for command in commands {
            bytes += command.utf8
            bytes.append(0x0a)
        }
        return bytes
    }
}
