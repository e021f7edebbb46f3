import PollerDefinitions
import PollerModel
import TestSupport
import Testing

/// Profiles as files say them: what a device gets, and both sides of every limit.
@Suite struct ProfileTests {
    private static func profile(
        _ name: String = "minute", step: Int64 = 60, isDefault: Bool = false,
        more: String = "", archives: [String] = ["functions: [AVERAGE], steps: 1, rows: 100"]
    ) -> String {
        """
        name: \(name)
        title: \(name)
        step_seconds: \(step)
        \(isDefault ? "is_default: true" : "")
        \(more)
        archives:
        \(archives.map { "  - {\($0)}" }.joined(separator: "\n"))

        """
    }

    /// Loads profiles beside a device template without graphs.
    private func load(
        _ profiles: [String: String], site: [String: String] = [:], template: String? = nil
    ) throws -> (catalogue: Catalogue, problems: [String]) {
        let folder = try TemporaryFolder()
        for (name, text) in profiles { try folder.write(text, to: "shipped/profiles/\(name).yaml") }
        for (name, text) in site { try folder.write(text, to: "site/profiles/\(name).yaml") }
        if let template { try folder.write(template, to: "shipped/data_templates/t.yaml") }
        try folder.write(
            "name: generic\ntitle: G\nsource: us\ngraphs: []\n",
            to: "shipped/device_templates/generic.yaml")
        let (catalogue, problems) = CatalogueLoader.load(
            ["\(folder.path)/shipped", "\(folder.path)/site"])
        return (
            catalogue, problems.map { "\($0)".replacing(folder.path + "/", with: "") }
        )
    }

    @Test func `the shipped profiles give each step one default, and “long” keeps two years`()
        throws
    {
        let catalogue = ShippedCatalogue.catalogue
        let defaults = catalogue.steps.map { catalogue.profile(step: $0)?.name }
        #expect(defaults == ["ten_seconds", "one_minute", "five_minutes"])
        let long = try catalogue.profile(named: "long")
        #expect(long.step.seconds == 300 && long.heartbeatSeconds == 600 && !long.isDefault)
        let finest = try #require(
            long.archives.first { $0.function == .average && $0.stepsPerRow == 1 })
        #expect(finest.rows * 300 >= 731 * 86_400)
        #expect(long.archives.contains { $0.function == .maximum })
    }

    @Test(arguments: ["a_minute", "z_minute"])
    func `of several profiles of a step the default is the one that says so`(name: String) throws {
        let (catalogue, problems) = try load([
            "one": Self.profile("minute"), "two": Self.profile(name, isDefault: true),
            "three": Self.profile("ten", step: 10),
        ])
        #expect(problems == [])
        let minute = try #require(Step(seconds: 60))
        #expect(catalogue.profile(step: minute)?.name == name)
        // One that is alone with its step needs no word.
        #expect(catalogue.profile(step: try #require(Step(seconds: 10)))?.name == "ten")
        #expect(catalogue.profile(step: try #require(Step(seconds: 5))) == nil)
    }

    @Test func `two defaults of one step are an error with its place, and so is none`() throws {
        let two = try load([
            "a": Self.profile("a", isDefault: true), "b": Self.profile("b", isDefault: true),
        ]).problems
        #expect(two.count == 1)
        #expect(
            two.first?.hasPrefix(
                "shipped/profiles/b.yaml:4:13: “is_default” stands already in the profile “a”")
                == true, "\(two)")
        let none = try load(["a": Self.profile("a"), "b": Self.profile("b")]).problems
        #expect(none.count == 1)
        #expect(
            none.first?.hasPrefix(
                "shipped/profiles/a.yaml:3:15: “step_seconds” is 60 in the profiles “a”, “b”, and "
                    + "none is the default") == true, "\(none)")
    }

    @Test func `a site makes its own profile the default by replacing the shipped one`() throws {
        let shipped = ["a": Self.profile("a", isDefault: true)]
        let own = Self.profile("b", isDefault: true)
        #expect(try load(shipped, site: ["b": own]).problems.count == 1)
        let replaced = try load(shipped, site: ["b": own, "a": Self.profile("a")])
        #expect(replaced.problems == [])
        #expect(replaced.catalogue.profile(step: try #require(Step(seconds: 60)))?.name == "b")
    }

    /// The line of an archive of `count` rows for one function.
    private static func rows(_ count: Int, steps: Int = 1, function: String = "AVERAGE") -> String {
        "functions: [\(function)], steps: \(steps), rows: \(count)"
    }

    /// Archives that hold exactly so many bytes.
    private static func archives(bytes: Int) -> [String] {
        var left = bytes / 8
        var archives: [String] = []
        while left > 0 {
            archives.append(rows(min(left, 1_000_000), steps: archives.count + 1))
            left -= min(left, 1_000_000)
        }
        return archives
    }

    private static let limits: [(right: String, wrong: String, words: String)] = [
        (profile(step: 1), profile(step: 0), "1 to 86400"),
        (profile(step: 86_400), profile(step: 86_401), "1 to 86400"),
        (
            profile(more: "heartbeat_seconds: 60"), profile(more: "heartbeat_seconds: 59"),
            "shorter than the step"
        ),
        (
            profile(more: "heartbeat_seconds: 864000"), profile(more: "heartbeat_seconds: 864001"),
            "1 to 864000"
        ),
        (profile(archives: [rows(1)]), profile(archives: [rows(0)]), "1 to 1000000"),
        (
            profile(archives: [rows(1_000_000)]), profile(archives: [rows(1_000_001)]),
            "1 to 1000000"
        ),
        (profile(archives: [rows(1, steps: 1)]), profile(archives: [rows(1, steps: 0)]), "1 to"),
        (
            profile(archives: [rows(1, steps: 100_000)]),
            profile(archives: [rows(1, steps: 100_001)]), "1 to 100000"
        ),
        (
            profile(archives: (1...32).map { rows(10, steps: $0) }),
            profile(archives: (1...33).map { rows(10, steps: $0) }), "33 archives"
        ),
        (profile(), profile(archives: ["functions: [], steps: 1, rows: 1"]), "0 archives"),
        (
            profile(archives: [rows(1) + ", unknown_share: 0"]),
            profile(archives: [rows(1) + ", unknown_share: -0.01"]), "at least 0"
        ),
        (
            profile(archives: [rows(1) + ", unknown_share: 0.99"]),
            profile(archives: [rows(1) + ", unknown_share: 1"]), "less than 1"
        ),
        (
            profile(archives: archives(bytes: Profile.largestBytesPerSource)),
            profile(archives: archives(bytes: Profile.largestBytesPerSource + 8)),
            "67108872 bytes for each value; at most 67108864 bytes"
        ),
    ]

    @Test(arguments: limits.indices)
    func `each limit lets the last through, and the next not`(number: Int) throws {
        let limit = Self.limits[number]
        #expect(try load(["p": limit.right]).problems == [])
        let problems = try load(["p": limit.wrong]).problems
        #expect(problems.contains { $0.contains(limit.words) }, "\(problems)")
    }

    @Test func `a file with all its values has a limit too`() throws {
        let profile = ["p": Self.profile(archives: Self.archives(bytes: 64 << 20))]
        let template = { (count: Int) in
            "name: t\ntitle: T\nsource: us\nitems:\n"
                + (1...count).map {
                    "  - {name: v\($0), kind: GAUGE, oid: 1.3.6.1.\($0), unit: x}\n"
                }.joined()
        }
        #expect(try load(profile, template: template(4)).problems == [])
        let problems = try load(profile, template: template(5)).problems
        #expect(problems.count == 1)
        #expect(
            problems.first?.contains(
                "t.yaml:5:3: “items” would make a file of 335544320 bytes with the profile "
                    + "“minute”; at most 268435456 bytes") == true, "\(problems)")
    }

    @Test func `the heartbeat is twice the step unless a file says something else`() throws {
        let usual = try load(["p": Self.profile(step: 45)]).catalogue.profiles["minute"]
        #expect(usual?.heartbeatSeconds == 90)
        let own = try load(["p": Self.profile(more: "heartbeat_seconds: 600")])
        #expect(own.catalogue.profiles["minute"]?.heartbeatSeconds == 600)
    }
}
