import ArgumentParser
import PollerModel

/// `pollerctl profile show NAME`
struct ProfileShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one profile and its archives.")

    @Argument(help: "Name of the profile.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let profile = try connection.daemon.profile(name)
        switch output.output {
        case .json, .jsonl: try Terminal.write(JSONText.encode(profile))
        case .name: print(profile.name)
        case .table:
            print(Facts.text(facts(profile)))
            try archives(profile).write(.table)
        case .csv: try archives(profile).write(.csv)
        }
    }

    private func facts(_ profile: ProfileReport) -> [(String, String?)] {
        [
            ("Name", profile.name), ("Title", profile.title),
            (
                "Step",
                DurationText.words(profile.stepSeconds)
                    + (profile.isDefault ? ", for devices that are polled so often" : "")
            ),
            ("Unknown after", DurationText.words(profile.heartbeatSeconds) + " without a sample"),
            ("Bytes per value", "\(profile.bytesPerValue)"),
            ("Data sources", "\(profile.dataSources)"),
        ]
    }

    private func archives(_ profile: ProfileReport) -> Listing<ProfileReport.Archive> {
        Listing(
            items: profile.archives,
            columns: [
                Column("FUNCTION") { $0.function.rawValue },
                Column("RESOLUTION", isNumber: true) { DurationText.words($0.resolutionSeconds) },
                Column("ROWS", isNumber: true) { "\($0.rows)" },
                Column("COVERS", isNumber: true) { DurationText.words($0.coversSeconds) },
                Column("MAY BE UNKNOWN", isNumber: true) {
                    "\(Int(($0.unknownShare * 100).rounded())) %"
                },
            ], name: { $0.function.rawValue })
    }
}
