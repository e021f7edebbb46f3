/// Who is polled next: every device at its slot, one slot after the other. Which of its data
/// sources are asked then, their `SourceTurn` says.
///
/// Slots are times of the wall clock; waiting is measured by the monotonic one. After the wall
/// clock was set, each device is polled once more as planned, then at the new slots: none is
/// skipped for longer than a step, and none doubled for more than one.
package struct PollQueue: Sendable {
    /// A device to be polled now.
    package struct Due: Hashable, Sendable {
        package let device: DeviceID
        package let slot: Timestamp
        package let occasion: PollOccasion
        /// Slots behind this one that passed before anybody looked.
        package let skipped: Int
    }

    /// A device so new is polled at once, and once more after this, so that its first rates do
    /// not wait for a whole step.
    static let newcomerMilliseconds: Int64 = 30_000
    static let secondPollMilliseconds: Int64 = 10_000
    /// After a start, devices whose slot is far off are polled once before it, so that their states
    /// are known: all within this, and not more in a second than that.
    static let greetingMilliseconds: Int64 = 8_000
    static let greetingsPerSecond: Int64 = 125
    /// A slot that is as near as this needs no poll before it.
    static let nearMilliseconds: Int64 = 1_000
    /// More than this between the two clocks means that the wall clock was set.
    static let driftMilliseconds: Int64 = 1_000

    private struct Entry {
        let deadline: MonotonicTime
        let device: DeviceID
        let slot: Timestamp
        /// An extra poll does not plan the next one.
        let isExtra: Bool
    }

    private var heap: [Entry] = []
    private var schedules: [DeviceID: PollSchedule] = [:]
    /// The one slot each device waits for; other entries of it are left over from before.
    private var planned: [DeviceID: Timestamp] = [:]
    private var version: Int64?

    package init() {}

    /// Takes over a new version of the definitions; does nothing for one it knows.
    ///
    /// - Parameter isStart: whether the poller has just started.
    package mutating func follow(_ definitions: Definitions, now: Moment, isStart: Bool = false) {
        guard version != definitions.version else { return }
        version = definitions.version
        var present: [DeviceID: PollSchedule] = [:]
        for (id, definition) in definitions.devices where definition.device.isEnabled {
            let step = PollPlanner.step(of: definition, catalogue: definitions.catalogue)
            let schedule = PollSchedule(step: step, device: id)
            present[id] = schedule
            guard schedules[id] != schedule else { continue }
            plan(id, schedule, now: now)
            let age = now.wall.milliseconds - definition.device.createdAt.milliseconds
            if (0...Self.newcomerMilliseconds).contains(age) {
                welcome(id, step: step, now: now)
            } else if isStart {
                greet(id, schedule, among: definitions.devices.count, now: now)
            }
        }
        for id in schedules.keys where present[id] == nil { planned[id] = nil }
        schedules = present
    }

    private mutating func welcome(_ device: DeviceID, step: Step, now: Moment) {
        push(Entry(deadline: now.monotonic, device: device, slot: now.wall, isExtra: true))
        guard step.milliseconds > 2 * Self.secondPollMilliseconds else { return }
        let second = now.advanced(milliseconds: Self.secondPollMilliseconds)
        push(Entry(deadline: second.monotonic, device: device, slot: second.wall, isExtra: true))
    }

    /// In the order of the slots, which are evenly spread.
    private mutating func greet(
        _ device: DeviceID, _ schedule: PollSchedule, among count: Int, now: Moment
    ) {
        let spread = max(
            Self.greetingMilliseconds, Int64(count) * 1_000 / Self.greetingsPerSecond)
        let step = schedule.step.milliseconds
        let early = now.advanced(milliseconds: schedule.offsetMilliseconds * spread / step)
        guard let slot = planned[device],
            slot.milliseconds - early.wall.milliseconds > Self.nearMilliseconds
        else { return }
        push(Entry(deadline: early.monotonic, device: device, slot: early.wall, isExtra: true))
    }

    /// - Parameter slot: the slot that is due now. The two clocks drift apart by milliseconds,
    ///   so it may still lie just ahead on the wall clock; it is not planned again.
    private mutating func plan(
        _ device: DeviceID, _ schedule: PollSchedule, now: Moment, after slot: Timestamp? = nil
    ) {
        var time = now.wall
        if let slot, slot > time, slot <= time.advanced(milliseconds: Self.driftMilliseconds) {
            time = slot
        }
        let next = schedule.next(after: time)
        let wait = next.milliseconds - now.wall.milliseconds
        planned[device] = next
        push(
            Entry(
                deadline: now.monotonic.advanced(milliseconds: wait), device: device, slot: next,
                isExtra: false))
    }

    /// Takes off everything that is due, and plans each device's next slot.
    package mutating func due(at now: Moment) -> [Due] {
        var due: [Due] = []
        while let first = heap.first, first.deadline <= now.monotonic {
            pop()
            // Entries of removed devices and of former steps come off here.
            guard let schedule = schedules[first.device] else { continue }
            var skipped: Int64 = 0
            if !first.isExtra {
                guard planned[first.device] == first.slot else { continue }
                plan(first.device, schedule, now: now, after: first.slot)
                let late = now.monotonic.milliseconds - first.deadline.milliseconds
                skipped = late / schedule.step.milliseconds
            }
            due.append(
                Due(
                    device: first.device, slot: first.slot,
                    occasion: first.isExtra ? .greeting : .slot, skipped: Int(skipped)))
        }
        return due
    }

    /// When the next device is due; nil when there is none.
    package var next: MonotonicTime? { heap.first?.deadline }

    // MARK: A binary heap, earliest deadline first

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].deadline < heap[parent].deadline else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var first = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].deadline < heap[first].deadline { first = child }
            }
            guard first != parent else { return }
            heap.swapAt(parent, first)
            parent = first
        }
    }
}
