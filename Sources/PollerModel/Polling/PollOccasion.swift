/// Why a device is polled now, and so what is asked of it.
package enum PollOccasion: Sendable, Hashable {
    /// A slot of the device: what is due in it is asked.
    case slot
    /// Outside its slots, because the device is new or the poller has just started.
    case greeting
    /// Somebody waits for it, so a device that is down is asked all the same.
    case order

    /// Whether every data source is asked, whenever its own slots are.
    package var asksAll: Bool { self != .slot }
}
