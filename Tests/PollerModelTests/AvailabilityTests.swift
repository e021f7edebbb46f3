import PollerModel
import Testing

@Suite struct AvailabilityTests {
    /// Plays polls: `+` is answered, `-` is not. The states that begin, each once.
    private func play(_ polls: String) -> [DeviceStatus.State] {
        var availability = Availability()
        return polls.compactMap { availability.hear(isAnswered: $0 == "+") }
    }

    @Test(
        arguments: [
            ("+", [.up]), ("-", [.down]), ("++++", [.up]), ("----", [.down]),
            // One lost poll is no outage.
            ("+-+-+", [.up]), ("+--", [.up, .down]),
            // Off for three polls, on for four.
            ("+---++++", [.up, .down, .recovering, .up]),
            ("+--+-", [.up, .down, .recovering, .down]),
            ("+--++-+++", [.up, .down, .recovering, .down, .recovering, .up]),
            ("-+++", [.down, .recovering, .up]),
        ] as [(String, [DeviceStatus.State])])
    func `each change is said once`(polls: String, states: [DeviceStatus.State]) {
        #expect(play(polls) == states)
    }
}
