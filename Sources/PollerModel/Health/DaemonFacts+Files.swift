/// What is known of files and patience.
extension DaemonFacts {
    /// So long a data source may be without a value, and three of its steps.
    package static let longestWithoutValueSeconds: Int64 = 3_600
    private static let stepsWithoutValue: Int64 = 3
    /// Of each file: the head with its preparation areas (rrd_format.h), rounded up to a page.
    private static let headBytes: Int64 = 4_096

    static func stale(
        _ definitions: Definitions, _ status: some PollStatus, since start: Timestamp,
        _ now: Timestamp
    ) -> [Refused] {
        var counts: [String: (words: String, count: Int)] = [:]
        for definition in definitions.fleet {
            let device = definition.device
            // What does not answer is told of as a device.
            guard device.isEnabled, device.isDiscovered,
                status.device(device.id).reason == nil, status.device(device.id).lastAnswer != nil
            else { continue }
            for source in definition.dataSources {
                guard let profile = definitions.catalogue.profiles[source.profile] else { continue }
                let seen = status.source(source.id)
                let last = max(seen?.lastKnown ?? start, start, source.createdAt)
                let longest = max(
                    longestWithoutValueSeconds, profile.step.seconds * stepsWithoutValue)
                guard now.seconds - last.seconds > longest else { continue }
                let reason = seen?.reason
                let key = reason?.code ?? "no_sample"
                let words = reason?.words ?? "nothing came for it"
                counts[key, default: (words, 0)].count += 1
            }
        }
        return counts.map { Refused(code: $0.key, words: $0.value.words, count: $0.value.count) }
            .sorted { ($1.count, $0.code) < ($0.count, $1.code) }
    }

    static func impatient(_ devices: [Device]) -> [Impatient] {
        devices.filter { $0.target.patienceMilliseconds >= $0.step.milliseconds }.map {
            Impatient(
                name: $0.name, patienceMilliseconds: $0.target.patienceMilliseconds,
                stepSeconds: $0.step.seconds)
        }
    }

    /// What the files of all data sources take once each is there; librrd makes them whole.
    static func plannedBytes(_ definitions: Definitions) -> Int64 {
        struct Kind: Hashable {
            let template: String
            let profile: String
        }
        var sizes: [Kind: Int64] = [:]
        let catalogue = definitions.catalogue
        return definitions.devices.values.reduce(0) { sum, definition in
            definition.dataSources.reduce(sum) { sum, source in
                let kind = Kind(template: source.template, profile: source.profile)
                if let size = sizes[kind] { return sum + size }
                let file = RoundRobinFile(dataSource: source, catalogue: catalogue)
                let size = file.map {
                    headBytes + Int64($0.archives.bytesPerValue * $0.sources.count)
                }
                sizes[kind] = size ?? 0
                return sum + (size ?? 0)
            }
        }
    }

    var fileFindings: [Finding] {
        var found: [Finding] = []
        let count = stale.reduce(0) { $0 + $1.count }
        if count > 0 {
            let reasons = stale.prefix(3).map { "\($0.count) × \($0.words)" }
                .joined(separator: "; ")
            found.append(
                Finding(
                    .filesStale, place: "\(count) of \(dataSources) data sources",
                    what:
                        "had no value for an hour or more though their devices answer: \(reasons)",
                    fix: "see which, and why: pollerctl explain device NAME"))
        }
        if let fileBytes, let freeBytes {
            let lacking = plannedBytes - fileBytes
            if lacking > freeBytes {
                found.append(
                    Finding(
                        .filesUnfitting, place: "the state folder",
                        what: "has \(freeBytes >> 20) MiB left, and the files of all data sources "
                            + "take \(lacking >> 20) MiB more than there are",
                        fix: "make room, keep less (pollerctl rrd reshape with a shorter profile), "
                            + "or poll less"))
            }
        }
        return found
    }

    var impatientFinding: Finding? {
        guard let first = impatient.first else { return nil }
        let names = impatient.prefix(Self.namedDevices).map {
            "\($0.name) (\(Self.seconds($0.patienceMilliseconds)) s of \($0.stepSeconds) s)"
        }.joined(separator: ", ")
        let rest = impatient.count - Self.namedDevices
        // Half of the interval is waited for: three attempts, each of which a sixth is.
        let timeout = max(
            SNMPTarget.timeoutMillisecondsRange.lowerBound, first.stepSeconds * 1_000 / 6)
        return Finding(
            .devicesImpatient, place: names + (rest > 0 ? " and \(rest) more" : ""),
            what: "may wait for an answer as long as the interval, or longer",
            fix: "shorten time-out or retries: pollerctl device edit "
                + "\(ShellText.word(first.name)) --timeout "
                + "\(min(timeout, SNMPTarget.defaultTimeoutMilliseconds)) --retries "
                + "\(SNMPTarget.defaultRetries)")
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let tenths = milliseconds / 100
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
