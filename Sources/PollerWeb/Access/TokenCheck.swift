import HTTPTypes
import PollerModel

/// What programs may not do, though their role allows it: make ways in that outlive their token.
extension Viewer {
    /// - Parameter words: what a token does not do: “makes no accounts”.
    func checkIsNoToken(_ words: String) throws(WebProblem) {
        guard case .token = identity else { return }
        throw WebProblem(
            .forbidden, "a token \(words), or who found one could come in for ever",
            code: "not_permitted", fix: "log in at /admin/users, or use pollerctl on the server")
    }
}
