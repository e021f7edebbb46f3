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

    /// Whether a change of an account is none that a token may not make: more rights for somebody
    /// whose password is known are a way in like any other. Less of them it may give.
    func checkIsNoTokenThatRaises(
        _ account: Account, to wanted: AccountChange
    ) throws(WebProblem) {
        if let role = wanted.role, role > account.role {
            try checkIsNoToken("gives nobody a higher role")
        }
        if let scope = wanted.scope, !scope.isWithin(account.scope) {
            try checkIsNoToken("widens no scope")
        }
        if wanted.isDisabled == false, account.isDisabled {
            try checkIsNoToken("enables no account")
        }
    }
}
