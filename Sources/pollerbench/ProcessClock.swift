import Foundation

/// What this process has used.
enum ProcessClock {
    /// User and system time of all threads.
    static var seconds: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// That of the calling thread.
    static var threadSeconds: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Resident memory in MiB.
    static var residentMebibytes: Int { get throws { try mebibytes("VmRSS:") } }

    /// The most it ever was.
    static var peakMebibytes: Int { get throws { try mebibytes("VmHWM:") } }

    private static func mebibytes(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        let number = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
        guard let kibibytes = number.flatMap({ Int($0) }) else {
            throw BenchFailure(words: "/proc/self/status is not readable")
        }
        return kibibytes / 1_024
    }
}

/// User and system time of one thread of this process.
struct ThreadClock {
    private let path: String

    /// A thread has its name a moment after it has begun.
    private static let patienceMilliseconds = 2_000

    /// - Throws: when there is no thread of that name.
    init(ofThread name: String) throws {
        for _ in 0..<Self.patienceMilliseconds / 10 {
            if let found = try Self.find(name) {
                path = found
                return
            }
            usleep(10_000)
        }
        throw BenchFailure(words: "there is no thread \(name)")
    }

    private static func find(_ name: String) throws -> String? {
        let folder = "/proc/self/task"
        for thread in try FileManager.default.contentsOfDirectory(atPath: folder) {
            // A thread that ended meanwhile has no files any more.
            let comm = try? String(contentsOfFile: "\(folder)/\(thread)/comm", encoding: .utf8)
            if comm == "\(name)\n" { return "\(folder)/\(thread)/schedstat" }
        }
        return nil
    }

    var seconds: Double {
        get throws {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            guard let nanoseconds = text.split(separator: " ").first.flatMap({ Double($0) }) else {
                throw BenchFailure(words: "\(path) is not readable")
            }
            return nanoseconds / 1e9
        }
    }
}
