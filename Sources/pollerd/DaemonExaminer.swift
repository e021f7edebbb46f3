import Foundation
import PollerDefinitions
import PollerEngine
import PollerHealth
import PollerModel

/// Examines the machine and this daemon, for `/health` and `pollerctl doctor`.
struct DaemonExaminer: HealthExaminer, SupportSource {
    let settings: Settings
    let inventory: Inventory
    let status: StatusBoard
    let events: EventRecorder
    let timekeeper: SystemTimekeeper
    private let shared: SharedExamination

    init(
        settings: Settings, inventory: Inventory, status: StatusBoard, events: EventRecorder,
        timekeeper: SystemTimekeeper
    ) {
        self.settings = settings
        self.inventory = inventory
        self.status = status
        self.events = events
        self.timekeeper = timekeeper
        shared = SharedExamination(timekeeper: timekeeper)
    }

    func examine(isFresh: Bool) async -> Examination {
        await shared.examination(isFresh: isFresh) { await look() }
    }

    private func look() async -> Examination {
        let now = timekeeper.now
        // It reads folders and a database, which may take as long as a disk takes.
        let host = await withCheckedContinuation { continuation in
            Thread.detachNewThread { [settings] in
                var collector = HostCollector(settings: settings, problems: [], isServing: true)
                collector.collect(at: now.wall)
                collector.lookUpNames()
                continuation.resume(returning: collector.facts)
            }
        }
        var daemon = DaemonFacts(inventory.definitions, status, now: now)
        daemon.lostEvents = events.lostCount
        daemon.isSealed = MachineFacts.isSealed
        (daemon.fileBytes, daemon.freeBytes) = (host.fileBytes, host.room?.freeBytes)
        return Examination(
            at: now.wall, host.findings + daemon.findings, isOfDaemon: true)
    }

    func supportDrafts() async -> [SupportBundle.Draft] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [settings] in
                let report = MachineReport(
                    settings, versions: Pollerd.versions, isServing: true)
                continuation.resume(returning: report.drafts())
            }
        }
    }
}
