package import PollerModel
import Synchronization

extension DeviceDesk {
    package func trace(_ device: DeviceID) async throws(OperationFailure) -> PollTrace {
        guard inventory.definitions.devices[device] != nil else { throw Self.unknown(device) }
        for _ in 0..<Poller.longestQueue {
            let start = timekeeper.now
            let recorder = TraceRecorder()
            // What the poll's task asks is seen, and nothing that others ask meanwhile.
            let trace = SNMPTrace { recorder.take($0) }
            let isDone = await SNMPTrace.$current.withValue(trace) {
                await poller.pollNow(device)
            }
            guard isDone else {
                await poller.settle(device)
                continue
            }
            let (steps, more) = recorder.taken
            return PollTrace(
                of: device, from: start, to: timekeeper.now.monotonic, steps, more: more,
                failure: board.device(device).failure)
        }
        throw .busy(device)
    }
}

/// Keeps the messages of one poll, as far as they are shown.
private final class TraceRecorder: Sendable {
    private let state = Mutex<(steps: [SNMPTrace.Step], more: Int)>(([], 0))

    func take(_ step: SNMPTrace.Step) {
        state.withLock { state in
            guard state.steps.count < PollTrace.mostMessages else {
                state.more += 1
                return
            }
            state.steps.append(step)
        }
    }

    var taken: (steps: [SNMPTrace.Step], more: Int) { state.withLock { $0 } }
}
