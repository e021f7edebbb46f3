import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import PollerModel

/// Stands between the HTTP parser and the server on one connection: keeps the client to its
/// limits, and answers what never becomes a request, with the headers and in the words of every
/// other answer.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// A body that did not come in time.
    struct SlowBody: Error {}

    private let limits: ConnectionLimits
    private let ledger: ConnectionLedger
    private let isSecure: @Sendable () -> Bool
    private var watch: ConnectionWatch
    /// What is answered when the requests before it have been.
    private var refusal: WebProblem?
    private var address: IPAddress?
    private var isCounted = false
    private var isInputClosed = false

    private var awaited: ConnectionWatch.Wait?
    private var deadline: NIODeadline?
    private var timer: (end: NIODeadline, task: Scheduled<Void>)?
    /// Whether the parser made something of what was read.
    private var hasParsed = false

    init(
        limits: ConnectionLimits, ledger: ConnectionLedger, isSecure: @escaping @Sendable () -> Bool
    ) {
        self.limits = limits
        self.ledger = ledger
        self.isSecure = isSecure
        watch = ConnectionWatch(largestBody: limits.bodyBytes)
    }

    // MARK: The connection

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { enter(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        enter(context)
        context.fireChannelActive()
    }

    private func enter(_ context: ChannelHandlerContext) {
        guard !isCounted else { return }
        isCounted = true
        address = context.channel.peerAddress
        if let problem = ledger.enter(address) { refuse(problem, context) }
        rearm(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        timer?.task.cancel()
        timer = nil
        deadline = nil
        guard isCounted else { return }
        isCounted = false
        ledger.leave(address)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            isInputClosed = true
            if watch.isClosing { return context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: What the client sends

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasParsed = true
        guard !watch.isFinished, refusal == nil else { return }
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            watch.readHeader(
                declaredLength: head.headerFields[.contentLength].flatMap { Int($0) },
                endsConnection: Self.names(.connection, "close", in: head))
            context.fireChannelRead(data)
            let isExpected =
                Self.names(.expect, "100-continue", in: head) && watch.openAnswers == 1
            if isExpected, !watch.endsBehindAnswer {
                context.writeAndFlush(
                    Self.wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body(let buffer):
            if watch.readBody(bytes: buffer.readableBytes) { context.fireChannelRead(data) }
        case .end:
            watch.readEnd()
            context.fireChannelRead(data)
        }
        rearm(context)
    }

    private static func names(
        _ field: HTTPField.Name, _ word: String, in head: HTTPRequest
    ) -> Bool {
        head.headerFields[values: field].contains { value in
            value.split(separator: ",").contains { $0.trimmed.lowercased() == word }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes of which nothing has come out yet are the beginning of a header.
        if !hasParsed { watch.readBytes() }
        hasParsed = false
        rearm(context)
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !watch.isFinished, !watch.isBroken, refusal == nil else { return }
        guard !(error is IOError), !(error is ChannelError) else {
            return context.fireErrorCaught(error)
        }
        if watch.isBodyAwaited {
            // Whoever reads the body hears of it, and answers.
            watch.breakBody()
            context.fireErrorCaught(error)
        } else if watch.openAnswers > 0 {
            refusal = Self.problem(error)
        } else {
            refuse(Self.problem(error), context)
        }
        rearm(context)
    }

    /// What is wrong with a request that is none.
    static func problem(_ error: any Error) -> WebProblem {
        let parsing = error as? HTTPParserError
        if parsing == .headerOverflow {
            return WebProblem(
                .requestHeaderFieldsTooLarge,
                "the header of the request has more than \(ConnectionLimits().headerBytes) bytes "
                    + "or \(ConnectionLimits().headerFields) fields",
                code: "header_too_large", fix: "remove the cookies of this site, or send less")
        }
        let words = parsing.map { "\($0)" } ?? "a field is missing or not allowed"
        return WebProblem(
            .badRequest, "the request is not HTTP/1.1 as RFC 9112 has it: \(words)",
            code: "malformed_request")
    }

    // MARK: What we answer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(var head):
            if watch.endsBehindAnswer, watch.openAnswers == 1, head.status.kind != .informational {
                head.headerFields[.connection] = "close"
            }
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            let isLast = watch.endAnswer()
            if watch.openAnswers == 0, let refusal {
                self.refusal = nil
                refuse(refusal, context)
            } else if isLast {
                close(context)
            }
            rearm(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        watch.isStalled = !context.channel.isWritable
        rearm(context)
        context.fireChannelWritabilityChanged()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        closeOutput(context, promise)
    }

    private func refuse(_ problem: WebProblem, _ context: ChannelHandlerContext) {
        let body = (try? JSONAnswer.bytes(problem.report())) ?? []
        var fields = HTTPFields()
        SecurityHeaders.add(to: &fields, isSecure: isSecure())
        fields[.contentType] = "application/problem+json"
        fields[.contentLength] = String(body.count)
        fields[.cacheControl] = "no-store"
        fields[.connection] = "close"
        fields[.retryAfter] = problem.retrySeconds.map(String.init)
        let head = HTTPResponse(status: problem.status, headerFields: fields)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
        context.write(Self.wrapOutboundOut(.end(nil)), promise: nil)
        close(context)
    }

    private func close(_ context: ChannelHandlerContext) {
        context.flush()
        closeOutput(context, nil)
    }

    /// Sends what there is and nothing more; then reads on for a moment, into nothing.
    private func closeOutput(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        guard !watch.isFinished else { return context.close(mode: .output, promise: promise) }
        watch.finish()
        let promise = promise ?? context.eventLoop.makePromise()
        promise.futureResult.assumeIsolated().whenComplete { _ in
            guard self.isCounted else { return }
            self.watch.close()
            if self.isInputClosed { return context.close(promise: nil) }
            self.rearm(context)
        }
        context.close(mode: .output, promise: promise)
        rearm(context)
    }

    // MARK: Time

    private func rearm(_ context: ChannelHandlerContext) {
        let wait = watch.wait
        guard isCounted, wait != awaited else { return }
        awaited = wait
        deadline = wait.map { context.eventLoop.now + amount($0) }
        // A timer that runs out early looks again; so most requests set none.
        guard let deadline, timer.map({ $0.end > deadline }) ?? true else { return }
        schedule(deadline, context)
    }

    private func schedule(_ end: NIODeadline, _ context: ChannelHandlerContext) {
        timer?.task.cancel()
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: end) {
            self.timer = nil
            guard let deadline = self.deadline else { return }
            if context.eventLoop.now < deadline { return self.schedule(deadline, context) }
            self.deadline = nil
            self.expire(context)
        }
        timer = (end, task)
    }

    private func expire(_ context: ChannelHandlerContext) {
        switch watch.wait {
        case nil: break
        case .idle, .stall, .linger: context.close(promise: nil)
        case .header:
            refuse(Self.tooSlow("header", limits.header), context)
        case .body where watch.isBodyAwaited:
            watch.breakBody()
            context.fireErrorCaught(SlowBody())
        case .body: close(context)
        }
        rearm(context)
    }

    static func tooSlow(_ part: String, _ limit: TimeAmount) -> WebProblem {
        WebProblem(
            .requestTimeout,
            "the \(part) of the request was not there within \(limit.nanoseconds / 1_000_000_000) s",
            code: "request_too_slow", fix: "send it again")
    }

    private func amount(_ wait: ConnectionWatch.Wait) -> TimeAmount {
        switch wait {
        case .idle: limits.idle
        case .header: limits.header
        case .body: limits.body
        case .stall: limits.stall
        case .linger: limits.linger
        }
    }
}
