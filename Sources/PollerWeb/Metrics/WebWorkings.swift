package import PollerModel
import Synchronization

/// What pages and pictures work with that is counted, made before them so that whoever reads the
/// daemon's numbers has it too.
package final class WebWorkings: Sendable {
    let pictures: PictureCache<PictureKey>
    let dataTurns = DataTurns()
    private let responses = Mutex<[WebNumbers.ResponseKey: Int]>([:])

    /// - Parameter pictureBytes: for pictures that are kept (`PictureCache`).
    package init(
        pictureBytes: Int = PictureLimits.cacheBytes, timekeeper: some Timekeeper
    ) {
        pictures = PictureCache(capacityBytes: pictureBytes, timekeeper: timekeeper)
    }

    /// Counts an answer.
    ///
    /// - Parameter route: as it was added; nil where the path leads nowhere.
    func count(route: String?, path: String, status: Int) {
        let key = WebNumbers.ResponseKey(RouteGroup(route: route, path: path), status: status)
        responses.withLock { $0[key, default: 0] += 1 }
    }

    package var numbers: WebNumbers {
        var numbers = WebNumbers()
        numbers.pictures = pictures.counters
        (numbers.dataUnderWay, numbers.dataWaiting) = dataTurns.counts
        numbers.responses = responses.withLock { $0 }
        return numbers
    }
}
