package import PollerModel

/// A drawn picture as it is sent.
package struct Picture: Hashable, Sendable {
    package let image: GraphImage
    package let contentType: String
    /// A strong entity tag (RFC 9110, 8.8.3): other bytes have another.
    package let tag: String

    package init(image: GraphImage, contentType: String) {
        self.image = image
        self.contentType = contentType
        tag = "\"\(ContentHash.text(image.bytes))\""
    }
}

/// Why a request got no picture.
package enum PictureFailure: Error, Hashable, Sendable {
    case render(RenderFailure)
    /// It was not there within `PictureLimits.deadlineSeconds`.
    ///
    /// - Parameter before: pictures that were asked for earlier and are not there either.
    case late(before: Int)
    /// Whoever asked does not wait any more.
    case cancelled

    package var words: String {
        switch self {
        case .render(let failure): failure.words
        case .late(let before):
            "the picture was not drawn within \(PictureLimits.deadlineSeconds) s: "
                + (before == 1 ? "1 other waits before it" : "\(before) others wait before it")
        case .cancelled: "the request was ended before the picture was drawn"
        }
    }
}
