import Foundation
package import PollerModel

/// Reads what the kernel says of this process, from /proc (man 5 proc). What it does not say is nil.
package enum ProcessReader {
    package static func numbers() -> ProcessNumbers {
        var numbers = ProcessNumbers()
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            numbers.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        }
        // Size and resident set, in pages.
        let pages = text("/proc/self/statm").split(separator: " ").prefix(2).compactMap { Int($0) }
        let page = sysconf(Int32(_SC_PAGESIZE))
        if pages.count == 2 {
            (numbers.virtualBytes, numbers.residentBytes) = (pages[0] * page, pages[1] * page)
        }
        numbers.openFiles = count("/proc/self/fd")
        numbers.threads = count("/proc/self/task")
        numbers.mostOpenFiles = MachineFacts.openFileLimit.map { Int($0) }
        return numbers
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }

    private static func text(_ path: String) -> String {
        // Where /proc is hidden, nothing is said.
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    private static func count(_ folder: String) -> Int? {
        // The same.
        try? FileManager.default.contentsOfDirectory(atPath: folder).count
    }
}
