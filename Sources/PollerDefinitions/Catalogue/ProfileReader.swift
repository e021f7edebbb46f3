import PollerModel

enum ProfileReader {
    static func read(_ reader: MappingReader) -> Profile? {
        let name = reader.requiredText("name")
        let title = reader.requiredText("title")
        let step = Step(seconds: reader.requiredInteger("step_seconds", in: Step.secondsRange))
        let heartbeat = reader.optionalInteger("heartbeat_seconds", in: 1...864_000)
        let isDefault = reader.flag("is_default")
        let archives = archives(reader)
        guard let step else { return nil }
        if let heartbeat, heartbeat < step.seconds {
            reader.wrong(
                "heartbeat_seconds", "is shorter than the step of \(step)",
                fix: "every value would be unknown; twice the step is usual")
        }
        return Profile(
            name: name, title: title, step: step, isDefault: isDefault,
            heartbeatSeconds: heartbeat ?? step.seconds * 2, archives: archives)
    }

    /// Each step has one profile that devices get which are polled at it: what a device gets must
    /// not depend on how files are called.
    ///
    /// - Parameter entries: the profiles as they count, each with the file it was read from.
    static func checkDefaults(_ entries: [(profile: Profile, reader: MappingReader)]) {
        let byName = entries.sorted { $0.profile.name < $1.profile.name }
        for (step, entries) in Dictionary(grouping: byName, by: \.profile.step)
        where entries.count > 1 {
            let defaults = entries.filter(\.profile.isDefault)
            let names = entries.map { "“\($0.profile.name)”" }.joined(separator: ", ")
            if defaults.isEmpty {
                entries[0].reader.wrong(
                    "step_seconds",
                    "is \(step.seconds) in the profiles \(names), and none is the "
                        + "default", fix: "add “is_default: true” to one of them")
            }
            for other in defaults.dropFirst() {
                other.reader.wrong(
                    "is_default",
                    "stands already in the profile “\(defaults[0].profile.name)”, "
                        + "which has a step of \(step) too",
                    fix: "remove it from one of them; a file of the same name in the site's folder "
                        + "replaces a shipped one")
            }
        }
    }

    /// In a file the archives of one function stand together, in the order of the functions;
    /// that is also how Cacti lays its files out.
    private static func archives(_ reader: MappingReader) -> [RoundRobinArchive] {
        let expanded = reader.mappings("archives", subject: "archive").flatMap(expand)
        let archives = ConsolidationFunction.allCases.flatMap { function in
            expanded.filter { $0.function == function }
        }
        if !reader.has("archives") {
            reader.missing("archives")
        } else if !Profile.archiveCountRange.contains(archives.count) {
            reader.wrong(
                "archives", "holds \(archives.count) archives",
                fix: "a file has \(Profile.archiveCountRange.lowerBound) to "
                    + "\(Profile.archiveCountRange.upperBound)")
        }
        let bytes = archives.bytesPerValue
        if bytes > Profile.largestBytesPerSource {
            reader.wrong(
                "archives", "ask for \(bytes) bytes for each value",
                fix: "at most \(Profile.largestBytesPerSource) bytes: use fewer rows")
        }
        return archives
    }

    /// One entry is an archive for each of its functions.
    private static func expand(_ entry: MappingReader) -> [RoundRobinArchive] {
        let steps = Profile.stepsPerRowRange
        let rows = Profile.rowsRange
        let stepsPerRow = entry.requiredInteger(
            "steps", in: Int64(steps.lowerBound)...Int64(steps.upperBound))
        let rowCount = entry.requiredInteger(
            "rows", in: Int64(rows.lowerBound)...Int64(rows.upperBound))
        let share = unknownShare(entry)
        if !entry.has("functions") { entry.missing("functions") }
        let known = ConsolidationFunction.allCases.map(\.rawValue)
        let functions = entry.texts("functions").compactMap { name -> ConsolidationFunction? in
            if let function = ConsolidationFunction(rawValue: name) { return function }
            entry.wrong(
                "functions", "names “\(name)”" + Suggestion.phrase(for: name, among: known),
                fix: "they are \(known.joined(separator: ", "))")
            return nil
        }
        entry.finish()
        return functions.map {
            RoundRobinArchive(
                function: $0, stepsPerRow: Int(stepsPerRow), rows: Int(rowCount),
                unknownShare: share)
        }
    }

    private static func unknownShare(_ entry: MappingReader) -> Double {
        guard let share = entry.number("unknown_share") else { return 0.5 }
        guard (0..<1).contains(share) else {
            entry.wrong("unknown_share", "must be at least 0 and less than 1")
            return 0.5
        }
        return share
    }
}
