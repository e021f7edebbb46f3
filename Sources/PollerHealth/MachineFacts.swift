import CClock
import Foundation

/// What the kernel and the environment say.
package enum MachineFacts {
    /// What a large fleet wants (deploy/90-pollerd.conf).
    static let wantedReceiveBuffer: Int64 = 4 << 20

    /// How many files this process may open at a time; nil where there is no limit.
    static var openFileLimit: Int64? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_cur != .max
        else { return nil }
        return Int64(clamping: limit.rlim_cur)
    }

    static var largestReceiveBuffer: Int64? {
        // Where /proc is hidden, nothing is said.
        let text = try? String(contentsOfFile: "/proc/sys/net/core/rmem_max", encoding: .utf8)
        return text.flatMap { Int64($0.prefix { $0.isNumber }) }
    }

    /// Whether something keeps the clock right; nil where the kernel does not tell.
    static var isClockSynchronised: Bool? {
        let answer = cclock_is_synchronised()
        return answer < 0 ? nil : answer == 1
    }

    /// Whether a name server is named (man 5 resolv.conf). Where none is, glibc asks at 127.0.0.1,
    /// where on most machines nobody answers.
    static var hasNameServer: Bool {
        guard let text = try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8) else {
            return false
        }
        return text.split(separator: "\n").contains { line in
            line.split(whereSeparator: \.isWhitespace).first == "nameserver"
        }
    }

    /// nil where /proc is hidden.
    static var memoryBytes: Int64? {
        let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        return line.flatMap { Int64($0.filter(\.isNumber)) }.map { $0 << 10 }
    }

    /// $TZ, when it names a zone that is not known.
    static var unknownZone: String? {
        guard let name = ProcessInfo.processInfo.environment["TZ"], !name.isEmpty else {
            return nil
        }
        // A rule like CET-1CEST, or a file, is no name (man 3 tzset).
        let plain = name.hasPrefix(":") ? String(name.dropFirst()) : name
        let isName = !plain.hasPrefix("/") && !plain.contains { $0.isNumber || $0 == "," }
        return isName && TimeZone(identifier: plain) == nil ? plain : nil
    }

    /// Whether a seccomp filter binds this process; nil where /proc does not tell.
    package static var isSealed: Bool? {
        let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("Seccomp:") }
        // 2 is SECCOMP_MODE_FILTER (man 5 proc).
        return line.map { $0.hasSuffix("2") }
    }
}
