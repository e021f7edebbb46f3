import HTTPTypes
import Hummingbird
import Logging
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

    /// What became of it.
    enum Verdict {
        case given
        /// His session has ended, his token does not count any more, or he sees less.
        case taken
        /// Who he is could not be looked up.
        case unknown(WebProblem)
    }

    /// At the cost of one look-up, from memory as long as no account was changed. Who cannot be
    /// looked up is shown nothing.
    func verdict() async -> Verdict {
        let viewer: Viewer?
        do {
            viewer = try await self.viewer()
        } catch let problem as WebProblem where problem.status.kind != .serverError {
            // That is what is said of a token which does not count.
            return .taken
        } catch  where Task.isCancelled {
            // Whoever looked on is gone, or pollerd stops.
            return .taken
        } catch {
            let problem =
                error as? WebProblem
                ?? WebProblem(.internalServerError, "\(error)", code: "internal")
            services.logger.warning(
                """
                device \(device): a live view was ended, as who looks on could not be looked up: \
                \(problem.words)
                """,
                metadata: [
                    "event": "live.not_checked", "device": "\(device)", "code": "\(problem.code)",
                ])
            return .unknown(problem)
        }
        guard let viewer,
            AccessTable.permission(.get, Self.route)?.verdict(on: viewer) == .allowed
        else { return .taken }
        let isSeen = CurrentViewer.$viewer.withValue(viewer) {
            services.definitions.devices[device] != nil
        }
        return isSeen ? .given : .taken
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
