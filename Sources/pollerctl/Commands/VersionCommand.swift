import ArgumentParser
import PollerModel

/// `pollerctl version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Prints the versions of pollerctl and of the daemon.")

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        print("pollerctl \(Product.version)")
        do {
            let status = try connection.daemon.get("/api/v1/status", as: StatusReport.self)
            print("pollerd \(status.version)")
        } catch let failure as CommandFailure {
            Terminal.complain(failure.words)
        }
    }
}
