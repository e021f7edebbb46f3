extension MemberRule {
    /// That all it names is there, and no text is longer than it may be.
    func check(in definitions: Definitions) throws(AggregateMistake) {
        if let devices { try Self.check(devices, in: definitions) }
        let conditions = [
            ("device name", nameLike?.text), ("tag", tag), ("site", site),
            ("title pattern", titleLike?.text),
        ]
        for case (let what, let text?) in conditions {
            try AggregateMistake.check(text, what, longest: AggregateOrder.longestCondition)
        }
        let templates = definitions.catalogue.deviceTemplates
        if let name = deviceTemplate, templates[name] == nil {
            throw AggregateMistake(
                words: "there is no device template “\(DeviceText(name).text)”"
                    + Suggestion.phrase(for: name, among: templates.keys),
                fix: "see pollerctl template list")
        }
    }

    private static func check(
        _ devices: [DeviceID], in definitions: Definitions
    ) throws(AggregateMistake) {
        guard (1...largestDeviceCount).contains(devices.count) else {
            throw AggregateMistake(
                words: "a rule names 1 to \(largestDeviceCount) devices, not \(devices.count)",
                fix: "tag them, and give the tag")
        }
        if let unknown = devices.first(where: { definitions.devices[$0] == nil }) {
            throw AggregateMistake(
                words: "there is no device \(unknown)", fix: "see pollerctl device list")
        }
    }
}

extension AggregateMistake {
    static func check(
        _ text: String, _ what: String, longest: Int
    ) throws(AggregateMistake) {
        guard DeviceText(text).text == text, (1...longest).contains(text.unicodeScalars.count)
        else {
            throw AggregateMistake(
                words: "a \(what) is 1 to \(longest) printable characters without blanks at its "
                    + "ends", fix: "write it like that")
        }
    }
}
