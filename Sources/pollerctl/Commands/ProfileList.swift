import ArgumentParser
import PollerModel

/// `pollerctl profile list`
struct ProfileList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the profiles: how often is asked, and what is kept.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let profiles = try connection.daemon.list("/api/v1/profiles", of: ProfileReport.self)
        try Listing(
            items: profiles,
            columns: [
                Column("NAME") { $0.name }, Column("TITLE") { $0.title },
                Column("STEP", isNumber: true) { DurationText.words($0.stepSeconds) },
                Column("DEFAULT") { $0.isDefault ? "yes" : "no" },
                Column("HEARTBEAT", isNumber: true) { DurationText.words($0.heartbeatSeconds) },
                Column("ARCHIVES", isNumber: true) { "\($0.archives.count)" },
                Column("REACHES BACK", isNumber: true) { profile in
                    DurationText.words(profile.archives.map(\.coversSeconds).max() ?? 0)
                },
                Column("BYTES PER VALUE", isNumber: true) { "\($0.bytesPerValue)" },
                Column("DATA SOURCES", isNumber: true) { "\($0.dataSources)" },
            ], name: { $0.name }
        ).write(output.output)
    }
}
