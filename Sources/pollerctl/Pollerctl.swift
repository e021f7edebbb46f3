import ArgumentParser
import Foundation

/// `pollerctl`: noun, then verb; each file of `Commands` is one of them.
struct Pollerctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pollerctl",
        abstract: "Adds devices to pollerd, and shows what it polls and draws.",
        discussion: """
            Talks to the daemon through its admin socket: --socket, else $POLLERD_SOCKET, else \
            \(DaemonOptions.defaultSocket). With --server URL and --token-file FILE it talks to a \
            daemon elsewhere, with what the token may do.

            Exit codes: 0 ok, 1 failed, 2 usage, 4 daemon unreachable, 5 not found, 6 not \
            permitted, 7 already exists or conflict, 8 device does not answer, 9 SNMP \
            authorisation, 10 data damaged.
            """,
        subcommands: [
            AddDevice.self,
            DeviceCommand.self,
            GraphCommand.self,
            DataSourceCommand.self,
            SiteCommand.self,
            TreeCommand.self,
            DashboardCommand.self,
            TemplateCommand.self,
            ProfileCommand.self,
            RRDCommand.self,
            SetupCommand.self,
            UserCommand.self,
            TokenCommand.self,
            AuditCommand.self,
            SearchCommand.self,
            StatusCommand.self,
            ExplainCommand.self,
            EventsCommand.self,
            DoctorCommand.self,
            SupportBundleCommand.self,
            CheckCommand.self,
            VersionCommand.self,
        ])
}

/// Runs the command, and turns whatever ends it into a sentence and an exit code.
@main
enum Main {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Pollerctl.parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            Terminal.complain("pollerctl: \(failure.words)")
            if let fix = failure.fix { Terminal.complain("  \(fix)") }
            exit(failure.exitCode.rawValue)
        } catch {
            let code = Pollerctl.exitCode(for: error)
            let message = Pollerctl.fullMessage(for: error)
            if code.isSuccess {
                print(message)
                exit(0)
            }
            Terminal.complain(message)
            // ArgumentParser ends with sysexits' EX_USAGE; ours is 2, as shells and GNU have it.
            exit(ExitStatus.usage.rawValue)
        }
    }
}
