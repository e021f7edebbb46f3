import HTTPTypes
import PollerModel
import Synchronization

/// Who looks on at which device at present. Each live view asks a device all the time, so there is
/// an end to how many there are.
final class LiveSeats: Sendable {
    static let largestOfViewer = 2
    static let largestOfDevice = 4
    static let largestCount = 20

    private struct State {
        var next = 0
        var taken: [Int: (viewer: String, device: DeviceID)] = [:]
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.taken.count } }

    /// A place to look on from, which is free again when nobody holds it any more.
    final class Seat: Sendable {
        private let number: Int
        private let seats: LiveSeats

        fileprivate init(_ number: Int, of seats: LiveSeats) {
            self.number = number
            self.seats = seats
        }

        deinit { seats.leave(number) }
    }

    /// - Parameter viewer: who looks on: two of the same name are one.
    /// - Throws: there is no room, and for what.
    func take(_ viewer: String, at device: DeviceID) throws(WebProblem) -> Seat {
        let taken = state.withLock { state -> Result<Int, WebProblem> in
            let all = state.taken.values
            if all.count(where: { $0.viewer == viewer }) >= Self.largestOfViewer {
                return .failure(
                    Self.full("you have \(Self.largestOfViewer) live views already"))
            }
            if all.count(where: { $0.device == device }) >= Self.largestOfDevice {
                return .failure(
                    Self.full("\(Self.largestOfDevice) people watch this device already"))
            }
            if all.count >= Self.largestCount {
                return .failure(
                    Self.full("there are \(Self.largestCount) live views already"))
            }
            state.next += 1
            state.taken[state.next] = (viewer, device)
            return .success(state.next)
        }
        return Seat(try taken.get(), of: self)
    }

    private func leave(_ number: Int) { state.withLock { $0.taken[number] = nil } }

    private static func full(_ words: String) -> WebProblem {
        WebProblem(
            .tooManyRequests, words, code: "live_full",
            fix: "close one of them; each ends by itself after "
                + "\(LiveOrder.longestSeconds / 60) minutes",
            retrySeconds: 30)
    }
}
