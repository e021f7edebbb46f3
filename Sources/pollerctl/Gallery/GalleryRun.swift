import Foundation
import PollerModel
import Synchronization

/// Draws the pictures of a gallery into a folder, some at a time.
final class GalleryRun: Sendable {
    /// Pictures that the daemon is asked for at the same time: it draws one at once, and others
    /// want to see some too.
    private static let concurrency = 2
    /// After so many that could not be drawn no more is asked for.
    private static let mostFailures = 20

    struct Failure: Sendable {
        let plate: Gallery.Plate
        let words: String
    }

    private struct State {
        var rest: ArraySlice<Gallery.Plate>
        var done = 0
        var failures: [Failure] = []
    }

    private let daemon: Daemon
    private let gallery: Gallery
    private let directory: String
    private let count: Int
    private let state: Mutex<State>

    init(_ daemon: Daemon, _ gallery: Gallery, directory: String) {
        self.daemon = daemon
        self.gallery = gallery
        self.directory = directory
        let missing = gallery.plates.filter {
            !FileManager.default.fileExists(atPath: "\(directory)/\($0.fileName)")
        }
        count = missing.count
        state = Mutex(State(rest: missing[...]))
    }

    /// Draws what is missing.
    ///
    /// - Returns: what could not be drawn.
    func run() -> [Failure] {
        DispatchQueue.concurrentPerform(iterations: Self.concurrency) { _ in
            while let plate = next() { draw(plate) }
        }
        Terminal.endProgress()
        return state.withLock { $0.failures }
    }

    private func next() -> Gallery.Plate? {
        state.withLock { state in
            guard state.failures.count < Self.mostFailures else { return nil }
            return state.rest.popFirst()
        }
    }

    private func draw(_ plate: Gallery.Plate) {
        let path =
            "/graphs/\(plate.entry.graph).png?\(gallery.range(plate.span))"
            + "&theme=\(plate.theme.rawValue)"
        var words: String?
        do {
            try OutputFile.write(
                daemon.getBytes(path), to: "\(directory)/\(plate.fileName)")
        } catch let failure as CommandFailure {
            words = failure.words
        } catch {
            words = error.localizedDescription
        }
        let done = state.withLock { state in
            state.done += 1
            if let words { state.failures.append(Failure(plate: plate, words: words)) }
            return state.done
        }
        Terminal.showProgress("\(done) of \(count) pictures")
    }
}
