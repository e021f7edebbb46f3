import HTTPTypes
import Hummingbird
import NIOCore
import PollerModel

/// `/api/v1` on the admin socket only: what changes things.
struct AdminAPI: Sendable {
    let services: WebServices

    /// Of a community; net-snmp's agents take no longer one (COMMUNITY_MAX_LEN).
    private static let communityBytes = 1...255
    private static let largestTagCount = 50
    /// Characters (Unicode scalars) of a site or a tag.
    private static let longestLabel = 100

    func addRoutes(to router: Router<WebContext>) {
        let group = router.group("/api/v1")
        group.post("devices") { request, _ in
            let order = try await JSONAnswer.decode(AddDeviceOrder.self, from: request)
            let wanted = try self.request(from: order)
            return events { report in
                let added = try await services.operations.add(wanted) { step in
                    report(OperationEvent(step: step))
                }
                report(
                    OperationEvent(
                        added: AddedDeviceReport(added, baseURL: services.site.baseURL)))
            }
        }
        group.post("device-tests") { request, _ in
            let order = try await JSONAnswer.decode(AddDeviceOrder.self, from: request)
            let wanted = try self.request(from: order)
            return events { report in
                _ = await services.operations.test(
                    wanted.target, availability: wanted.availability
                ) { step in
                    report(OperationEvent(step: step))
                }
            }
        }
        group.post("devices/{id}/poll") { _, context in
            let definition = try services.device(context)
            do {
                let status = try await services.operations.poll(definition.device.id)
                return try JSONAnswer.ok(DeviceReport(definition, status: status))
            } catch OperationFailure.invalid(let words, let fix) {
                // This order has no arguments that could be wrong: only the moment is.
                throw WebProblem(.conflict, words, code: "device_busy", fix: fix)
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
        }
        group.delete("devices/{id}") { request, context in
            let definition = try services.device(context)
            let keepsData = try Query(request).flag("keep_data", default: false)
            do {
                try await services.operations.delete(definition.device.id, keepsData: keepsData)
            } catch let failure as OperationFailure {
                throw WebProblem(failure)
            }
            return Response(status: .noContent)
        }
    }

    /// One JSON object a line, as things happen; a failure is the last line. The status is 200
    /// because it goes out before the end is known.
    private func events(
        _ body:
            @escaping @Sendable (@escaping @Sendable (OperationEvent) -> Void) async throws -> Void
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                let (stream, continuation) = AsyncStream.makeStream(of: OperationEvent.self)
                async let work: Void = Self.run(body, into: continuation)
                for await event in stream {
                    try await writer.write(JSONAnswer.line(event))
                }
                await work
                try await writer.finish(nil)
            })
    }

    private static func run(
        _ body: (@escaping @Sendable (OperationEvent) -> Void) async throws -> Void,
        into continuation: AsyncStream<OperationEvent>.Continuation
    ) async {
        do {
            try await body { continuation.yield($0) }
        } catch let failure as OperationFailure {
            continuation.yield(OperationEvent(problem: WebProblem(failure).report()))
        } catch {
            let problem = WebProblem(.internalServerError, "\(error)", code: "internal")
            continuation.yield(OperationEvent(problem: problem.report()))
        }
        continuation.finish()
    }

    // MARK: Reading an order

    private func credentials(
        from order: AddDeviceOrder
    ) throws(WebProblem) -> (SNMPVersion, SNMPCredentials) {
        let usual: SNMPVersion = order.user == nil ? .v2c : .v3
        let text = order.snmpVersion ?? usual.rawValue
        guard let version = SNMPVersion(rawValue: text) else {
            throw .badRequest(
                "SNMP version “\(text)” is not supported",
                fix: "use one of \(SNMPVersion.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard version == .v3 else {
            guard order.user == nil else {
                throw .badRequest("SNMP version \(text) has no users", fix: "use version 3")
            }
            guard let community = order.community else {
                throw .badRequest("the key “community” is missing")
            }
            guard Self.communityBytes.contains(community.utf8.count) else {
                throw .badRequest("a community is \(Self.words(Self.communityBytes)) bytes long")
            }
            return (version, .community(Secret(community)))
        }
        guard let user = order.user else {
            throw .badRequest("the key “user” is missing", fix: "SNMPv3 asks in the name of a user")
        }
        do {
            return (version, .user(try user.user()))
        } catch {
            throw .badRequest(error.words)
        }
    }

    private func request(from order: AddDeviceOrder) throws(WebProblem) -> AddDeviceRequest {
        guard let host = DeviceHost(order.host) else {
            throw .badRequest(
                "“\(DeviceText(order.host).text)” is neither an address nor a host name",
                fix: "give an IPv4 or IPv6 address, or a DNS name")
        }
        let (version, credentials) = try self.credentials(from: order)
        let timeout = order.timeoutMilliseconds ?? services.site.timeoutMilliseconds
        let retries = order.retries ?? services.site.retries
        guard SNMPTarget.timeoutMillisecondsRange.contains(timeout) else {
            throw .badRequest(
                "a timeout is \(Self.words(SNMPTarget.timeoutMillisecondsRange)) milliseconds, not \(timeout)"
            )
        }
        guard SNMPTarget.retriesRange.contains(retries) else {
            throw .badRequest("retries are \(Self.words(SNMPTarget.retriesRange)), not \(retries)")
        }
        let number = order.port ?? Int(SNMPTarget.defaultPort)
        guard let port = UInt16(exactly: number), port > 0 else {
            throw .badRequest("a port is \(Self.words(1...UInt16.max)), not \(number)")
        }
        var wanted = AddDeviceRequest(
            target: SNMPTarget(
                host: host, port: port, version: version, credentials: credentials,
                timeoutMilliseconds: timeout, retries: retries))
        if let seconds = order.intervalSeconds {
            guard let step = Step(seconds: seconds) else {
                throw .badRequest(
                    "an interval is \(Self.words(Step.secondsRange)) seconds, not \(seconds)")
            }
            wanted.step = step
        }
        wanted.name = try label(order.name, "name", longest: Device.longestName)
        wanted.site = try label(order.site, "site", longest: Self.longestLabel)
        guard order.tags?.count ?? 0 <= Self.largestTagCount else {
            throw .badRequest("a device has at most \(Self.largestTagCount) tags")
        }
        for tag in order.tags ?? [] {
            if let tag = try label(tag, "tag", longest: Self.longestLabel) {
                wanted.tags.append(tag)
            }
        }
        wanted.template = order.template
        wanted.makesGraphs = order.graphs ?? true
        wanted.isTested = order.test ?? true
        wanted.isDryRun = order.dryRun ?? false
        return wanted
    }

    private static func words<Bound>(_ range: ClosedRange<Bound>) -> String {
        "\(range.lowerBound) to \(range.upperBound)"
    }

    /// A text that a person gave: printable, not empty, not too long.
    private func label(
        _ text: String?, _ what: String, longest: Int
    ) throws(WebProblem) -> String? {
        guard let text else { return nil }
        guard DeviceText(text).text == text, (1...longest).contains(text.unicodeScalars.count)
        else {
            throw .badRequest(
                "a \(what) is 1 to \(longest) printable characters without blanks at its ends")
        }
        return text
    }
}
