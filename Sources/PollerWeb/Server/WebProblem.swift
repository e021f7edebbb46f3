import HTTPTypes
import PollerModel

/// Something that was asked for and cannot be answered, in words.
struct WebProblem: Error {
    let status: HTTPResponse.Status
    let words: String
    let code: String
    let fix: String?
    /// After how long asking again makes sense (RFC 9110, 10.2.3); nil where it does not.
    let retrySeconds: Int64?
    /// What the address takes instead (RFC 9110, 10.2.1); nil where that is not the matter.
    var allowedMethods: [String]?
    /// Code of what the doctor finds that it comes of; nil where that is not known.
    var finding: FindingCode?

    init(
        _ status: HTTPResponse.Status, _ words: String, code: String, fix: String? = nil,
        retrySeconds: Int64? = nil
    ) {
        self.status = status
        self.words = words
        self.code = code
        self.fix = fix
        self.retrySeconds = retrySeconds
    }

    static func badRequest(_ words: String, fix: String? = nil) -> WebProblem {
        WebProblem(.badRequest, words, code: "invalid", fix: fix)
    }

    init(_ mistake: DeviceChange.Mistake) {
        self = .badRequest(mistake.words, fix: mistake.fix)
    }

    static func notFound(_ what: String, fix: String? = nil) -> WebProblem {
        WebProblem(.notFound, "there is no \(what)", code: "not_found", fix: fix)
    }

    /// - Parameter allowed: what the address takes.
    static func wrongMethod(_ method: HTTPRequest.Method, allowed: [String]) -> WebProblem {
        var problem = WebProblem(
            .methodNotAllowed,
            "this address does not take \(method.rawValue), only \(allowed.joined(separator: ", "))",
            code: "wrong_method")
        problem.allowedMethods = allowed
        return problem
    }

    init(_ failure: OperationFailure) {
        let status: HTTPResponse.Status =
            switch failure {
            case .invalid: .badRequest
            case .unreachable, .unpingable: .badGateway
            case .inventory(let failure): Self.status(failure.cause)
            case .notFound: .notFound
            case .conflict, .busy: .conflict
            case .store: .serviceUnavailable
            }
        self.init(status, failure.words, code: failure.code, fix: failure.fix)
    }

    private static func status(_ failure: InventoryFailure) -> HTTPResponse.Status {
        switch failure {
        case .unfit, .unfitAggregate: .badRequest
        case .nameTaken, .hostTaken, .unfitRemap, .editedMeanwhile, .tooManyFilters: .conflict
        case .notFound, .unknownDataSource, .unknownGraph, .unknownProfile, .unknownRemap:
            .notFound
        case .failed, .ofOne: .serviceUnavailable
        }
    }

    init(_ failure: ArchiveFailure) {
        let status: HTTPResponse.Status =
            switch failure {
            case .missing: .notFound
            // Asking again gives the same answer until somebody did something about the file.
            case .elsewhere, .damaged: .unprocessableContent
            case .folder, .store: .serviceUnavailable
            }
        self.init(status, failure.words, code: failure.code, fix: failure.fix)
    }

    /// As a problem document (RFC 9457).
    func report(errorID: String? = nil) -> ProblemReport {
        ProblemReport(
            status: status.code, title: status.reasonPhrase, detail: words, code: code, fix: fix,
            errorID: errorID)
    }
}
