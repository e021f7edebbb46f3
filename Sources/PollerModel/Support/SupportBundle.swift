/// What helps somebody elsewhere to understand an installation: texts in an archive, without secrets,
/// and with names and addresses only where somebody wants that.
package struct SupportBundle: Sendable {
    /// Of one file; what is longer ends with a line that says so.
    package static let largestFileBytes = 2 << 20
    package static let largestCount = 100
    /// Events that go along, newest first.
    package static let largestEventCount = 2_000
    /// Devices that fail and are explained.
    package static let largestExplainedCount = 20
    /// Names in the listing of the state folder.
    package static let largestListing = 2_000
    /// The folder in which everything lies in the archive.
    private static let folder = "pollerd-support"

    /// A text before anything was taken out of it.
    package struct Draft: Sendable, Hashable {
        /// Relative, of ASCII: `explain/device-3.json`.
        package let name: String
        package let text: String

        package init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    /// A text as it goes along.
    package struct File: Sendable, Hashable {
        package let name: String
        package let bytes: [UInt8]
        package let removed: Scrubber.Count
        package let isCut: Bool
    }

    package let files: [File]
    package let time: Timestamp
    package let hasNames: Bool

    /// - Parameter scrubber: knows what is to be taken out.
    package init(
        _ drafts: [Draft], scrubber: Scrubber, hasNames: Bool, at time: Timestamp
    ) {
        var scrubber = scrubber
        files = drafts.prefix(Self.largestCount).map { draft in
            // Cut first, so that a fleet's list costs no more than is kept of it.
            let (text, isCut) = Self.cut(draft.text)
            let (clean, count) = scrubber.scrub(text)
            return File(
                name: draft.name, bytes: Array(clean.utf8), removed: count, isCut: isCut)
        }
        self.hasNames = hasNames
        self.time = time
    }

    /// At the end of a line: half of a secret would not be found any more.
    private static func cut(_ text: String) -> (text: String, isCut: Bool) {
        guard text.utf8.count > largestFileBytes else { return (text, false) }
        let kept = Array(text.utf8.prefix(largestFileBytes))
        let end = kept.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        return (String(decoding: kept[..<end], as: UTF8.self) + "(the rest is left out)\n", true)
    }

    /// All of it as one tar archive.
    package var archive: [UInt8] {
        var archive = TarArchive(at: time)
        for file in files { archive.add("\(Self.folder)/\(file.name)", file.bytes) }
        return archive.bytes
    }

    /// What it is called where it is kept, without what says how it is compressed.
    package var fileName: String {
        let digits = time.rfc3339.prefix(19).filter { $0.isNumber || $0 == "T" }
        return "pollerd-support-\(digits).tar"
    }

    /// What is in no bundle, whoever makes it.
    package static let never = [
        "communities and passphrases of devices", "password hashes, second factors and sessions",
        "names tried at a log-in that no account has", "tokens", "keys of shared links",
        "values and round-robin files",
    ]
}

/// What would go along, before anything does.
package struct SupportReport: Sendable, Hashable, Codable {
    package struct File: Sendable, Hashable, Codable {
        package let name: String
        package let bytes: Int
        /// How often a secret, or a name or an address, was taken out.
        package let secretsRemoved: Int
        package let namesRemoved: Int
        /// Whether it ends earlier than what it was made of.
        package let cut: Bool
    }

    package let fileName: String
    package let bytes: Int
    package let withNames: Bool
    package let files: [File]
    /// What is in no bundle.
    package let never: [String]

    package init(_ bundle: SupportBundle) {
        fileName = bundle.fileName
        withNames = bundle.hasNames
        files = bundle.files.map {
            File(
                name: $0.name, bytes: $0.bytes.count, secretsRemoved: $0.removed.secrets,
                namesRemoved: $0.removed.names, cut: $0.isCut)
        }
        bytes = files.reduce(0) { $0 + $1.bytes }
        never = SupportBundle.never
    }
}

/// The body of `POST /api/v1/support-bundle`.
package struct SupportOrder: Sendable, Hashable, Codable {
    /// Whether names and addresses stay.
    package var withNames: Bool?

    package enum CodingKeys: String, CodingKey, CaseIterable { case withNames }

    package init(withNames: Bool? = nil) { self.withNames = withNames }
}

/// What the machine and the state folder add to a bundle.
package protocol SupportSource: Sendable {
    func supportDrafts() async -> [SupportBundle.Draft]
}
