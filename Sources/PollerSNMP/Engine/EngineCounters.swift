import PollerModel
import Synchronization

/// The counts of the engine, written by its thread and read by anyone.
final class EngineCounters: Sendable {
    let requests = Atomic(0)
    let answers = Atomic(0)
    let timeouts = Atomic(0)
    let unmatched = Atomic(0)
    let malformed = Atomic(0)
    let kernelDrops = Atomic(0)
    let window = Atomic(0)
    let receiveBuffer = Atomic(0)

    var values: SNMPCounters {
        var values = SNMPCounters()
        values.requests = requests.load(ordering: .relaxed)
        values.answers = answers.load(ordering: .relaxed)
        values.timeouts = timeouts.load(ordering: .relaxed)
        values.unmatched = unmatched.load(ordering: .relaxed)
        values.malformed = malformed.load(ordering: .relaxed)
        values.kernelDrops = kernelDrops.load(ordering: .relaxed)
        values.window = window.load(ordering: .relaxed)
        values.receiveBuffer = receiveBuffer.load(ordering: .relaxed)
        values.wantedReceiveBuffer = Int(DatagramSocket.wantedReceiveBuffer)
        return values
    }
}
