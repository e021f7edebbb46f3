import ArgumentParser

/// `pollerctl device …`
struct DeviceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device",
        abstract: """
            Devices: list, show, test, add, edit, poll, reindex, interfaces, rows, offers, walk, \
            remaps, outages, debug, enable, disable, delete.
            """,
        subcommands: [
            DeviceList.self, DeviceShow.self, DeviceTest.self, DeviceAdd.self, DeviceEdit.self,
            DevicePoll.self, DeviceReindex.self, DeviceInterfaces.self, DeviceRows.self,
            DeviceOffers.self, DeviceWalk.self, DeviceRemaps.self, DeviceOutages.self,
            DeviceDebug.self, DeviceEnable.self, DeviceDisable.self, DeviceDelete.self,
        ])
}

/// `pollerctl device add` is `pollerctl add-device`.
struct DeviceAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: AddDevice.configuration.abstract)

    @OptionGroup var add: AddDevice

    func run() throws { try add.run() }
}
