/// When a device is polled, or one of its data sources asked: once in every step, always at the
/// same offset into it.
///
/// The offset is a hash of the device's id, so it survives restarts and spreads the fleet
/// evenly over the step. The slots of a step are among those of each step that divides it, so a
/// data source that is asked less often than its device is polled never waits for a slot.
package struct PollSchedule: Hashable, Sendable {
    package let step: Step
    /// Milliseconds into the step: 0 ..< step.
    package let offsetMilliseconds: Int64

    package init(step: Step, device: DeviceID) {
        self.step = step
        offsetMilliseconds = Int64(Self.hash(device) % UInt64(step.milliseconds))
    }

    /// The first slot strictly after `time`: at most one step away.
    package func next(after time: Timestamp) -> Timestamp {
        let slot = (time.milliseconds - offsetMilliseconds).flooredDivision(by: step.milliseconds)
        return Timestamp(milliseconds: (slot + 1) * step.milliseconds + offsetMilliseconds)
    }

    /// Over the id's bytes, finished so that neighbours part. Swift's own `Hasher` is seeded anew
    /// in every process, which would move every device at every restart.
    private static func hash(_ device: DeviceID) -> UInt64 {
        var hash = StableHash.fnv1a(
            stride(from: 0, to: 64, by: 8).lazy.map {
                UInt8(truncatingIfNeeded: device.rawValue >> Int64($0))
            })
        hash ^= hash >> 32
        return hash &* 0x9e37_79b9_7f4a_7c15 >> 11
    }
}
