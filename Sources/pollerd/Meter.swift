import PollerDefinitions
import PollerEngine
import PollerHealth
import PollerModel
import PollerRRD
import PollerSNMP
import PollerWeb

/// Reads the daemon's own numbers from whoever counts them.
struct Meter: DaemonMeter {
    let inventory: Inventory
    let board: StatusBoard
    let events: EventRecorder
    let workings: WebWorkings
    let timekeeper: SystemTimekeeper

    func numbers() async -> DaemonNumbers {
        let definitions = inventory.definitions
        var numbers = DaemonNumbers(at: timekeeper.now, summary: board.summary())
        numbers.libraries = Self.libraries
        numbers.devices = board.tally(definitions)
        let counts = definitions.fleetCounts
        (numbers.dataSources, numbers.graphs) = (counts.dataSources, counts.graphs)
        numbers.web = workings.numbers
        // A metric that is missing is better than none at all.
        numbers.sessions = try? await inventory.sessionCount(at: numbers.at.wall)
        (numbers.events.reported, numbers.events.lost) = (events.reportedCount, events.lostCount)
        numbers.process = ProcessReader.numbers()
        return numbers
    }

    private static let libraries = [
        ("librrd", RRDLibrary.version), ("net_snmp", SNMPLibrary.version),
    ]
}
