import ArgumentParser
import PollerModel

/// `pollerctl setup`
struct SetupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Prints a link with which a browser makes an administrator, once.",
        discussion: """
            There is no default password: the first account is made with this link. It may be used \
            for half an hour; a newer one ends it. Who has lost all passwords makes a new \
            administrator in the same way, or uses pollerctl user password.
            """)

    @Flag(help: "Only where there is no account yet; else print nothing.")
    var first = false

    @Flag(help: "Print the link and when it expires as JSON.")
    var json = false

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let link: SetupLinkReport
        do {
            link = try connection.daemon.post(
                "/api/v1/setup-links" + (first ? "?first=1" : ""), as: SetupLinkReport.self)
        } catch let failure as CommandFailure where first && failure.exitCode == .conflict {
            return
        }
        if json { return try Terminal.write(JSONText.encode(link)) }
        print(link.url)
        Terminal.complain("Open it in a browser until \(link.expiresAt); it works once.")
    }
}
