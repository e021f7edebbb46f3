import ArgumentParser
import PollerModel

/// `pollerctl device enable DEVICE`
struct DeviceEnable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Polls a device again that was disabled.")

    @Argument(help: "Id or name of the device.")
    var device: String

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let report = try connection.daemon.enable(device, true)
        print("\(report.name) is polled every \(report.intervalSeconds) s.")
    }
}

/// `pollerctl device disable DEVICE`
struct DeviceDisable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Stops polling a device; its graphs and files stay.")

    @Argument(help: "Id or name of the device.")
    var device: String

    @OptionGroup var connection: DaemonOptions

    func run() throws {
        let report = try connection.daemon.enable(device, false)
        print("\(report.name) is not polled any more; its graphs stay.")
        print("  pollerctl device enable \(report.id) begins again")
    }
}

extension Daemon {
    fileprivate func enable(_ device: String, _ isEnabled: Bool) throws -> DeviceReport {
        var order = DeviceOrder()
        order.enabled = isEnabled
        let id = try self.device(device).id
        return try patch("/api/v1/devices/\(id)", order, as: DeviceReport.self)
    }
}
