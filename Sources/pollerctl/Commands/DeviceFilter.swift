import ArgumentParser
import PollerModel

/// Restricts a listing to one device.
struct DeviceFilter: ParsableArguments {
    @Option(help: "Only those of this device: its id or name.")
    var device: String?

    /// The query of the listing's address.
    func query(_ daemon: Daemon) throws -> String {
        try device.map { "?device=\(try daemon.device($0).id)" } ?? ""
    }
}
