import ArgumentParser
import PollerModel

/// Devices a command is about: named, or chosen by what they have in common.
struct DeviceSelection {
    let names: [String]
    let criteria: DeviceCriteria
    let all: Bool

    /// Whether exactly one device is named, of which commands tell more than of many.
    var isOne: Bool { names.count == 1 && criteria.isEmpty && !all }

    /// The devices, each once, in the order in which they were named, else by id.
    ///
    /// - Throws: where nothing is chosen, or one of them does not exist.
    func resolve(_ daemon: Daemon) throws -> [DeviceSummary] {
        try criteria.check()
        guard [!names.isEmpty, !criteria.isEmpty, all].count(where: { $0 }) == 1 else {
            throw CommandFailure(
                names.isEmpty && criteria.isEmpty && !all
                    ? "no device is named, and nothing was done"
                    : "names, criteria and --all exclude each other",
                fix: "name devices, or say what they have in common, or give --all alone",
                exitCode: .usage)
        }
        guard names.isEmpty else { return try named(daemon) }
        let devices = try daemon.summaries(criteria)
        guard !devices.isEmpty else {
            throw CommandFailure(
                "no device is like that, and nothing was done", fix: "see pollerctl device list",
                exitCode: .notFound)
        }
        return devices
    }

    private func named(_ daemon: Daemon) throws -> [DeviceSummary] {
        guard names.count > 1 else { return [DeviceSummary(try daemon.device(names[0]))] }
        let devices = try daemon.summaries()
        var seen: Set<DeviceID> = []
        return try names.map { try Daemon.device($0, among: devices) }
            .filter { seen.insert($0.id).inserted }
    }
}

/// The same as options of a command.
struct SelectionOptions: ParsableArguments {
    @Argument(help: "Ids or names of devices.")
    var devices: [String] = []

    @OptionGroup var criteria: CriteriaOptions

    @Flag(help: "All devices.")
    var all = false

    var selection: DeviceSelection {
        DeviceSelection(names: devices, criteria: criteria.criteria, all: all)
    }
}
