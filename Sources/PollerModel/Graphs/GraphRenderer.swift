/// A drawn picture.
package struct GraphImage: Hashable, Sendable {
    package let bytes: [UInt8]
    /// The plot inside the picture, in pixels from its upper left corner.
    package let plot: PlotBox
    package let width: Int
    package let height: Int
    /// What the horizontal axis really shows.
    package let range: TimeRange

    package struct PlotBox: Hashable, Sendable {
        package let left: Int
        package let top: Int
        package let width: Int
        package let height: Int

        package init(left: Int, top: Int, width: Int, height: Int) {
            self.left = left
            self.top = top
            self.width = width
            self.height = height
        }
    }

    package init(bytes: [UInt8], plot: PlotBox, width: Int, height: Int, range: TimeRange) {
        self.bytes = bytes
        self.plot = plot
        self.width = width
        self.height = height
        self.range = range
    }
}

/// Why there is no picture.
package enum RenderFailure: Error, Hashable, Sendable {
    /// librrd's own words.
    case failed(detail: String)
    case overloaded(waiting: Int)
    /// Nobody waited for it any more when its turn came.
    case unwanted
    case stopped

    package var words: String {
        switch self {
        case .failed(let detail): "the picture could not be drawn: \(detail)"
        case .overloaded(let waiting): "\(waiting) pictures already wait to be drawn"
        case .unwanted: "the picture was not drawn, because nobody waited for it any more"
        case .stopped: "the poller is stopping"
        }
    }
}

/// Draws pictures, one at a time, on a thread of its own.
package protocol GraphRenderer: Sendable {
    /// A PNG.
    ///
    /// - Parameter isWanted: asked once, on the renderer's thread, when the picture's turn comes;
    ///   where it says no, nothing is drawn (`RenderFailure.unwanted`).
    func render(
        _ script: GraphScript, while isWanted: @escaping @Sendable () -> Bool
    ) async throws(RenderFailure) -> GraphImage

    /// The arguments behind `rrdtool graph FILE` that draw the same from the files.
    ///
    /// - Parameter folder: in which the files of the script lie, as it is to be written.
    func command(for script: GraphScript, folder: String) -> [String]
}

extension GraphRenderer {
    /// A PNG that is wanted whenever it comes.
    package func render(_ script: GraphScript) async throws(RenderFailure) -> GraphImage {
        try await render(script) { true }
    }
}
