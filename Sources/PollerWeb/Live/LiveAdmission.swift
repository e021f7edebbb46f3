import HTTPTypes
import Hummingbird
import PollerModel

/// Whether somebody who looks on still may: while he does, his session may end, his token be
/// revoked, or his scope be narrowed.
struct LiveAdmission: Sendable {
    /// By what he was known.
    private enum Proof {
        case session(String)
        case token(String)
        /// The name that a proxy gave.
        case proxy(String)
        /// Guests and users of this machine are what the settings say, until the next start.
        case settings(Viewer)
    }

    static let route = "/devices/{id}/live/events"

    private let proof: Proof
    private let address: String
    private let device: DeviceID
    private let services: WebServices

    init(
        _ request: Request, _ context: WebContext, to device: DeviceID, _ services: WebServices
    ) {
        switch context.viewer.identity {
        case .account:
            proof =
                context.origin.user.map { .proxy($0) }
                ?? .session(SessionCookie.token(in: request) ?? "")
        case .token: proof = .token(BearerToken.text(in: request) ?? "")
        case .nobody, .guest, .peer, .daemon: proof = .settings(context.viewer)
        }
        address = context.address
        self.device = device
        self.services = services
    }

    /// At the cost of one look-up, from memory as long as no account was changed.
    func isStillGiven() async -> Bool {
        // Who cannot be looked up is shown nothing.
        guard let viewer = try? await viewer(),
            AccessTable.permission(.get, Self.route)?.verdict(on: viewer) == .allowed
        else { return false }
        return CurrentViewer.$viewer.withValue(viewer) {
            services.definitions.devices[device] != nil
        }
    }

    private func viewer() async throws -> Viewer? {
        switch proof {
        case .session(let token):
            guard case .open(let session) = try await services.accounts.session(withToken: token)
            else { return nil }
            return Viewer(session.account)
        case .token(let text):
            return try await services.accounts.viewer(withToken: text, address: address)
        case .proxy(let name):
            return try await services.accounts.account(named: name).map {
                Viewer($0, isLoggedInElsewhere: true)
            }
        case .settings(let viewer): return viewer
        }
    }
}
