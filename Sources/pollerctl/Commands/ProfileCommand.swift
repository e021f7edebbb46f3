import ArgumentParser

/// `pollerctl profile …`
struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "How data sources are kept: list, show.",
        subcommands: [ProfileList.self, ProfileShow.self])
}
