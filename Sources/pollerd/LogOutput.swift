import Foundation
import Logging
import PollerEngine
import PollerModel

/// Writes one line an event on standard error: with syslog's priority in front for journald,
/// with the time in front for a terminal.
struct LogOutput: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let isJournal: Bool
    private let folder: LogFolder

    init(level: Logger.Level, isJournal: Bool, folder: LogFolder) {
        logLevel = level
        self.isJournal = isJournal
        self.folder = folder
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        if let own = event.metadata { fields.merge(own) { $1 } }
        let rest = fields.sorted { $0.key < $1.key }.map {
            " \($0.key)=\(Self.quoted("\($0.value)"))"
        }
        let (isJournal, level) = (isJournal, event.level)
        let text = Self.printable(event.message.description)
        let end = rest.joined() + "\n"
        let key = RepeatKey.text(
            of: fields["event"].map { "\($0)" }, isTrouble: level >= .warning,
            fields: fields.mapValues { "\($0)" }, text: text)
        folder.hear(key: key) { suffix in
            let head =
                isJournal
                ? "<\(Self.priority(level))>"
                : "\(SystemTimekeeper().now.wall.rfc3339) \(level) "
            Self.put(head + text + suffix + end)
        }
    }

    private static func put(_ line: String) {
        // One write for one line: lines shorter than PIPE_BUF never mix.
        _ =
            line.utf8.withContiguousStorageIfAvailable { write(2, $0.baseAddress, $0.count) }
            ?? Array(line.utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    /// Text of a device never begins a line of its own nor paints the terminal.
    private static func printable(_ text: String) -> String { DeviceText(text).text }

    private static func quoted(_ text: String) -> String {
        let plain = printable(text)
        let isBare = !plain.isEmpty && !plain.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        return isBare ? plain : "\"\(plain.replacing("\"", with: "'"))\""
    }

    /// syslog's severities (RFC 5424 §6.2.1).
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// Whether standard error is journald's stream: $JOURNAL_STREAM names its device and inode
    /// (man systemd.exec), and the kernel the inode of what is open.
    static var isJournal: Bool {
        let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"]
        guard let inode = stream?.split(separator: ":").last else { return false }
        // Without /proc nothing is known, and lines get their time.
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/2")
        return target == "socket:[\(inode)]"
    }
}
