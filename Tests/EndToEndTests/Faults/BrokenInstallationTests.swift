import Foundation
import PollerModel
import TestSupport
import Testing

/// Installations with several faults at once: one run of the doctor names them all, and nothing
/// else.
@Suite struct BrokenInstallationTests {
    private static let installations: [[String]] = [
        [
            "The settings contradict each other", "A template of the site is broken",
            "Others can read the database",
        ],
        [
            "No profile has the default interval", "A page of the database is corrupt",
            "Something lies where the admin socket belongs",
        ],
        [
            "The resources are missing", "The database is of a newer pollerd",
            "The port is taken",
        ],
        [
            "The state folder is missing", "The port is taken",
            "A template of the site is broken",
        ],
        [
            "The state folder cannot be written", "The port is taken", "The fonts are missing",
        ],
        [
            "Files are on another file system", "Others can read the database",
            "The port is taken",
        ],
        [
            "A second daemon works on the same state", "A template of the site is broken",
            "The fonts are missing",
        ],
        [
            "A file of the state belongs to somebody else", "Others can read the database",
            "Something lies where the admin socket belongs", "The port is taken",
        ],
        [
            "The folder of the admin socket is missing", "A template of the site is broken",
            "The database is not there, though files are",
        ],
        [
            "The database is no database", "The fonts are missing",
            "A template of the site is broken", "The port is taken",
        ],
    ]

    @Test
    func `on each of ten broken installations, one run of the doctor names all that is wrong`()
        async throws
    {
        let template = try await BrokenInstallation.database()
        for names in Self.installations {
            let faults = names.compactMap { name in
                InstallationFault.all.first { $0.fault.name == name }
            }
            try #require(faults.count == names.count)
            // What this machine cannot do is left out; the others are told all the same.
            let possible = faults.filter(\.isPossible)
            let installation = try BrokenInstallation(template: template)
            for fault in possible { try await fault.inject(installation) }
            let report = try await installation.doctor()
            // Notes are of the machine that the test runs on.
            let codes = Set(
                report.findings.filter { $0.code.severity > .info }.map(\.code.code))
            let expected = Set(possible.map(\.fault.code) + [FindingCode.daemonDown.code])
            #expect(codes == expected, "\(names)")
            for finding in report.findings {
                #expect(!finding.evidence.isEmpty && !finding.why.isEmpty && finding.fix != nil)
            }
            _ = try await installation.first?.stop()
        }
        #expect(Self.installations.count == 10)
    }
}

extension BrokenInstallation {
    fileprivate func doctor() async throws -> HealthReport {
        let result = try await run("pollerctl", ["doctor", "--config", settings, "-o", "json"])
        guard result.status == 1 else { throw Unexpected(result.output + result.errors) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(HealthReport.self, from: Data(result.output.utf8))
    }
}
