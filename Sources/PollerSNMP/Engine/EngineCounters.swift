import PollerModel
import Synchronization

/// The counts of the engine, written by its thread and read by anyone.
final class EngineCounters: Sendable {
    let requests = Atomic(0)
    let retransmissions = Atomic(0)
    let bytesSent = Atomic(0)
    let bytesReceived = Atomic(0)
    let underWay = Atomic(0)
    let waiting = Atomic(0)
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
        values.retransmissions = retransmissions.load(ordering: .relaxed)
        values.bytesSent = bytesSent.load(ordering: .relaxed)
        values.bytesReceived = bytesReceived.load(ordering: .relaxed)
        values.underWay = underWay.load(ordering: .relaxed)
        values.waiting = waiting.load(ordering: .relaxed)
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
