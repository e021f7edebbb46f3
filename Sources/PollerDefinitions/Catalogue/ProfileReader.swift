import PollerModel

enum ProfileReader {
    static func read(_ reader: MappingReader) -> Profile? {
        let name = reader.requiredText("name")
        let title = reader.requiredText("title")
        let step = Step(seconds: reader.requiredInteger("step_seconds", in: Step.secondsRange))
        let heartbeat = reader.optionalInteger("heartbeat_seconds", in: 1...864_000)
        let archives = archives(reader)
        guard let step else { return nil }
        if let heartbeat, heartbeat < step.seconds {
            reader.wrong(
                "heartbeat_seconds", "is shorter than the step of \(step)",
                fix: "every value would be unknown; twice the step is usual")
        }
        return Profile(
            name: name, title: title, step: step,
            heartbeatSeconds: heartbeat ?? step.seconds * 2, archives: archives)
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
        let bytes = archives.reduce(0) { $0 + $1.rows * 8 }
        if bytes > Profile.largestBytesPerSource {
            reader.wrong(
                "archives", "ask for \(bytes >> 20) MiB for each value",
                fix: "at most \(Profile.largestBytesPerSource >> 20) MiB: use fewer rows")
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
