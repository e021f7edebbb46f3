import HTTPTypes
import PollerModel
import PollerSecrets

extension WebProblem {
    /// Why a shared link shows nothing.
    init(_ verdict: ShareVerdict) {
        let status: HTTPResponse.Status =
            switch verdict {
            case .unknown, .granted: .notFound
            case .expired, .revoked, .graphIsGone: .gone
            case .outsideScope: .forbidden
            }
        self.init(status, verdict.words, code: verdict.code, fix: verdict.fix)
    }

    init(_ failure: ShareFailure) {
        let status: HTTPResponse.Status =
            switch failure {
            case .unknownShare, .unknownKey: .notFound
            case .tooManyShares, .tooManyKeys: .conflict
            case .failed: .serviceUnavailable
            }
        self.init(status, failure.words, code: failure.code, fix: failure.fix)
    }

    init(_ failure: SecretsFailure) {
        self.init(
            .internalServerError, failure.words, code: "cryptography_failed", fix: failure.fix)
    }
}
