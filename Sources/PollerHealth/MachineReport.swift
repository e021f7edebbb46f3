import Foundation
package import PollerDefinitions
package import PollerModel

/// What the machine and the state folder add to a support bundle.
package struct MachineReport {
    private let settings: Settings
    private let versions: [String]
    private let isServing: Bool

    /// - Parameters:
    ///   - versions: of pollerd and its libraries, a line each.
    ///   - isServing: whether this process is the daemon, whose own limits count.
    package init(_ settings: Settings, versions: [String], isServing: Bool) {
        self.settings = settings
        self.versions = versions
        self.isServing = isServing
    }

    package func drafts() -> [SupportBundle.Draft] {
        [
            SupportBundle.Draft("version.txt", (versions + schema).joined(separator: "\n") + "\n"),
            SupportBundle.Draft("machine.txt", machine),
            SupportBundle.Draft("state-folder.txt", listing),
        ]
    }

    private var schema: [String] {
        let applied = Inventory.schema(
            at: "\(settings.state.folder)/\(HostCollector.databaseName)")
        return [
            "schema of the database: \(applied.count) migrations, last \(applied.last ?? "none")"
        ]
    }

    // MARK: The machine

    private var machine: String {
        var name = utsname()
        let hasName = uname(&name) == 0
        var facts: [(String, String?)] = [
            ("system", Self.firstLine("/etc/os-release", "PRETTY_NAME=")),
            ("kernel", hasName ? "\(Self.text(name.sysname)) \(Self.text(name.release))" : nil),
            ("processor", hasName ? Self.text(name.machine) : nil),
            ("processors", "\(ProcessInfo.processInfo.activeProcessorCount)"),
            ("memory", MachineFacts.memoryBytes.map { "\($0 >> 20) MiB" }),
            ("load", Self.firstLine("/proc/loadavg", "")),
            ("up for", Self.firstLine("/proc/uptime", "").map { "\($0.prefix { $0 != " " }) s" }),
            ("time zone", TimeZone.current.identifier),
            ("clock is synchronised", MachineFacts.isClockSynchronised.map { $0 ? "yes" : "no" }),
            ("name server", MachineFacts.hasNameServer ? "yes" : "no"),
            ("net.core.rmem_max", MachineFacts.largestReceiveBuffer.map(String.init)),
        ]
        if isServing {
            facts += [
                ("open files at a time", MachineFacts.openFileLimit.map(String.init) ?? "no limit"),
                ("sealed", MachineFacts.isSealed.map { $0 ? "yes" : "no" }),
            ]
        }
        return facts.compactMap { term, text in text.map { "\(term): \($0)\n" } }.joined()
    }

    /// The rest of the first line that begins so; nil where the file cannot be read.
    private static func firstLine(_ path: String, _ beginning: String) -> String? {
        let text = try? String(contentsOfFile: path, encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix(beginning) }
        return line.map { DeviceText(String($0.dropFirst(beginning.count))).text }
    }

    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    // MARK: The state folder

    /// Names, sizes and rights; of round-robin files, which are many, how many there are.
    private var listing: String {
        var lines: [String] = []
        for entry in entries(of: "") {
            lines.append(line(of: entry))
            let inside = entries(of: entry)
            guard !inside.isEmpty else { continue }
            guard entry != "rrd" else {
                let files = inside.map { self.entries(of: "rrd/\($0)").count }
                lines.append(
                    "rrd/: \(inside.count) folders with \(files.reduce(0, +)) files\n")
                continue
            }
            lines += inside.map { line(of: "\(entry)/\($0)") }
        }
        let rest = lines.count - SupportBundle.largestListing
        return lines.prefix(SupportBundle.largestListing).joined()
            + (rest > 0 ? "and \(rest) more\n" : "")
    }

    private func entries(of folder: String) -> [String] {
        // What is not there, or is no folder, has none.
        let path = "\(settings.state.folder)/\(folder)"
        return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    private func line(of name: String) -> String {
        var found = stat()
        guard lstat("\(settings.state.folder)/\(name)", &found) == 0 else {
            return "\(name): \(HostCollector.words(errno))\n"
        }
        let mode = String(found.st_mode & 0o7777, radix: 8)
        let changed = Timestamp(seconds: Int64(found.st_mtim.tv_sec)).rfc3339
        let kind = found.st_mode & S_IFMT == S_IFDIR ? "folder" : "\(found.st_size) bytes"
        return "\(name): \(kind), mode \(mode), user \(found.st_uid), changed \(changed)\n"
    }
}
