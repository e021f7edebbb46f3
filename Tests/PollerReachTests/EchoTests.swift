import Foundation
import PollerModel
import TestSupport
import Testing

@testable import PollerReach

@Suite struct EchoMessageTests {
    private let message = EchoMessage(
        identifier: 0x1234, sequence: 0xabcd,
        token: EchoMessage.Token(id: 0x0102_0304_0506_0708, secret: 0xf1f2_f3f4_f5f6_f7f8),
        attempt: 3)

    @Test func `the checksum is that of RFC 1071's example`() {
        #expect(EchoMessage.checksum([0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7]) == 0x220d)
    }

    @Test func `a request is laid out as RFC 792 says, and its sum is right`() {
        let bytes = message.request(isV6: false)
        #expect(Array(bytes[..<2]) == [8, 0])
        #expect(Array(bytes[4..<8]) == [0x12, 0x34, 0xab, 0xcd])
        #expect(Array(bytes[8..<16]) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(bytes.count == EchoMessage.length)
        #expect(EchoMessage.checksum(bytes) == 0)
        #expect(message.request(isV6: true).starts(with: [128, 0, 0, 0]))
    }

    @Test(arguments: [false, true])
    func `a reply is read back, and nothing else is a reply`(isV6: Bool) {
        var bytes = message.request(isV6: isV6)
        #expect(EchoMessage(reply: bytes, isV6: isV6) == nil)
        bytes[0] = EchoMessage.replyType(isV6: isV6)
        #expect(EchoMessage(reply: bytes, isV6: isV6) == message)
        #expect(EchoMessage(reply: bytes, isV6: !isV6) == nil)
        #expect(EchoMessage(reply: bytes + [0], isV6: isV6) == nil)
        for length in 0..<bytes.count {
            #expect(EchoMessage(reply: bytes.prefix(length), isV6: isV6) == nil)
        }
        bytes[1] = 1
        #expect(EchoMessage(reply: bytes, isV6: isV6) == nil)
    }

    @Test func `a quote may be as short as the header`() {
        let bytes = message.request(isV6: false)
        #expect(EchoQuote(bytes, isV6: false)?.token == message.token)
        let short = EchoQuote(bytes.prefix(8), isV6: false)
        #expect(short?.sequence == 0xabcd && short?.identifier == 0x1234 && short?.token == nil)
        #expect(EchoQuote(bytes.prefix(7), isV6: false) == nil)
        #expect(EchoQuote(bytes, isV6: true) == nil)
    }
}

@Suite struct EchoTableTests {
    private let start = MonotonicTime(milliseconds: 1_000)
    private var random = SeededGenerator(seed: 7)
    private var table = EchoTable()
    private let sequence: UInt16
    private let token: EchoMessage.Token

    init() throws {
        let order = Order(
            request: PingRequest(address: loopback, timeoutMilliseconds: 400, retries: 2)
        ) { _ in }
        sequence = table.insert(order, using: &random)
        token = try #require(table[sequence]).token
    }

    private func reply(
        sequence: UInt16? = nil, token: EchoMessage.Token? = nil, attempt: UInt16 = 0
    ) -> EchoMessage {
        EchoMessage(
            identifier: 1, sequence: sequence ?? self.sequence, token: token ?? self.token,
            attempt: attempt)
    }

    @Test mutating func `an answer counts once`() throws {
        table.made(sequence, at: start)
        let now = start.advanced(milliseconds: 5)
        let result = table.take(answered: reply(), from: loopback, at: now)
        let taken = try #require(result)
        #expect(taken.answer == PingAnswer(microseconds: 5_000, attempts: 1))
        #expect(table.take(answered: reply(), from: loopback, at: now) == nil)
    }

    @Test mutating func `forged answers do not count and disturb nothing`() {
        table.made(sequence, at: start)
        let forgeries = [
            reply(token: EchoMessage.Token(id: token.id, secret: token.secret ^ 1)),
            reply(token: EchoMessage.Token(id: token.id ^ 1, secret: token.secret)),
            reply(sequence: sequence ^ 1),
            // An attempt that was never made.
            reply(attempt: 1), reply(attempt: .max),
        ]
        for forgery in forgeries {
            #expect(table.take(answered: forgery, from: loopback, at: start) == nil)
        }
        let other = IPAddress(bytes: [127, 0, 0, 2])
        #expect(table.take(answered: reply(), from: other, at: start) == nil)
        #expect(table.take(answered: reply(), from: loopback, at: start) != nil)
    }

    @Test mutating func `an answer before anything was sent does not count`() {
        #expect(table.take(answered: reply(), from: loopback, at: start) == nil)
    }

    @Test mutating func `attempts follow each other, and the answer to an early one counts`()
        throws
    {
        table.made(sequence, at: start)
        #expect(table.nextDeadline == start.advanced(milliseconds: 400))
        let early = table.expire(at: start.advanced(milliseconds: 399))
        #expect(early.again.isEmpty && early.over.isEmpty)
        let second = start.advanced(milliseconds: 400)
        #expect(table.expire(at: second).again == [sequence])
        // Until it is sent, its time does not run.
        #expect(table.nextDeadline == nil)
        #expect(table.expire(at: second.advanced(milliseconds: 9_999)).again.isEmpty)
        table.made(sequence, at: second)
        let now = start.advanced(milliseconds: 450)
        let result = table.take(answered: reply(), from: loopback, at: now)
        let taken = try #require(result)
        #expect(taken.answer == PingAnswer(microseconds: 450_000, attempts: 2))
    }

    @Test mutating func `after the last attempt it is over, and what comes then is late`() throws {
        var now = start
        for attempt in 1...3 {
            table.made(sequence, at: now)
            now = now.advanced(milliseconds: 400)
            let expired = table.expire(at: now)
            #expect(expired.again.isEmpty == (attempt == 3))
            if attempt == 3 {
                #expect(
                    expired.over.map(\.failure) == [.noAnswer(attempts: 3, milliseconds: 1_200)])
            }
        }
        #expect(table.take(answered: reply(attempt: 2), from: loopback, at: now) == nil)
    }

    @Test mutating func `an error of the network counts for the echo that it quotes`() throws {
        let request = reply().request(isV6: false)
        let quote = try #require(EchoQuote(request.prefix(8), isV6: false))
        // Nothing was sent that it could quote.
        #expect(table.take(refused: quote, to: loopback) == nil)
        table.made(sequence, at: start)
        #expect(table.take(refused: quote, to: IPAddress(bytes: [127, 0, 0, 2])) == nil)
        let forged = reply(token: EchoMessage.Token(id: 1, secret: 2)).request(isV6: false)
        let forgedQuote = try #require(EchoQuote(forged, isV6: false))
        #expect(table.take(refused: forgedQuote, to: loopback) == nil)
        #expect(table.take(refused: quote, to: loopback) != nil)
        #expect(table.take(refused: quote, to: loopback) == nil)
    }

    @Test mutating func `the table holds as many as its limit, each with its own number`() {
        let order = Order(request: PingRequest(address: loopback)) { _ in }
        while table.hasRoom { _ = table.insert(order, using: &random) }
        #expect(table.echoes.count == EchoTable.largestCount)
        #expect(Set(table.echoes.values.map(\.token)).count == EchoTable.largestCount)
    }
}

@Suite struct EchoSocketTests {
    private let token = EchoMessage.Token(id: 11, secret: 22)

    @Test func `where neither form is permitted, the failure says what to do`() {
        let failure = #expect(throws: PingFailure.self) {
            try EchoSocket(isV6: false) { _, type, _ in
                errno = type & 0xf == Int32(SOCK_RAW.rawValue) ? EPERM : EACCES
                return -1
            }
        }
        #expect(failure == .notPermitted(detail: "Operation not permitted"))
    }

    @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM])
    func `a machine that has run out of something says nothing of the host`(code: Int32) {
        let failure = #expect(throws: PingFailure.self) {
            try EchoSocket(isV6: false) { _, _, _ in
                errno = code
                return -1
            }
        }
        let words = SystemError(code).words
        #expect(failure == .localFault(detail: "no socket for echoes: \(words)"))
        #expect(SystemError(code).pingFailure() == .localFault(detail: words))
        #expect(failure?.concernsThisMachine == true)
    }

    @Test(arguments: [EHOSTUNREACH, ENETUNREACH, ENETDOWN, EACCES, EINVAL])
    func `what the network says concerns the host`(code: Int32) {
        let failure = SystemError(code).pingFailure("no way")
        #expect(failure == .unreachable(detail: "no way: \(SystemError(code).words)"))
        #expect(!failure.concernsThisMachine)
    }

    @Test func `a machine without the family says so`() {
        let failure = #expect(throws: PingFailure.self) {
            try EchoSocket(isV6: true) { _, _, _ in
                errno = EAFNOSUPPORT
                return -1
            }
        }
        #expect(failure == .unreachable(detail: "this machine has no IPv6"))
    }

    @Test(
        .enabled(if: Permitted.raw, "this machine permits no raw sockets"))
    func `raw sockets are tried where datagrams are not permitted`() throws {
        #expect(try EchoSocket(isV6: false, create: only(.raw)).form == .raw)
    }

    @Test(
        .enabled(if: !Permitted.sockets.isEmpty, "this machine permits no ICMP echoes"),
        arguments: Permitted.sockets)
    func `an echo comes back once, and nothing with it`(place: EchoPlace) async throws {
        let socket = try place.socket()
        let message = EchoMessage(
            identifier: socket.identifier, sequence: 99, token: token, attempt: 0)
        guard case .sent = socket.send(message, to: place.address) else {
            throw Unexpected("not sent")
        }
        var replies: [EchoMessage] = []
        try await waitUntil("the reply") {
            while true {
                switch socket.receive() {
                case .reply(let reply, let address):
                    #expect(address == place.address)
                    replies.append(reply)
                case .foreign: continue
                case .nothing: return !replies.isEmpty
                }
            }
        }
        #expect(replies == [message])
    }

    @Test(
        .enabled(if: Permitted.raw, "this machine permits no raw sockets"),
        arguments: Permitted.sockets.filter { !$0.isV6 })
    func `an error of the network names the echo that it quotes`(place: EchoPlace) async throws {
        let socket = try place.socket()
        let message = EchoMessage(
            identifier: socket.identifier, sequence: 0x1234, token: token, attempt: 0)
        let target = IPAddress(bytes: [127, 0, 0, 9])
        guard case .sent = socket.send(message, to: target) else { throw Unexpected("not sent") }
        // Host unreachable, as a router says it (RFC 792), quoting no more than it must.
        try sendRaw(unreachable(code: 1, quoting: message.request(isV6: false).prefix(8), target))
        // A smaller MTU is no obstacle.
        try sendRaw(unreachable(code: 4, quoting: message.request(isV6: false).prefix(8), target))
        var refusals: [EchoSocket.Refusal] = []
        var count = 0
        try await waitUntil("both errors") {
            while true {
                let (isEmpty, refusal) = socket.receiveError()
                if isEmpty { return count == 2 }
                count += 1
                refusals += refusal.map { [$0] } ?? []
            }
        }
        let refusal = try #require(refusals.first)
        #expect(refusals.count == 1)
        #expect(refusal.address == target && refusal.error == SystemError(EHOSTUNREACH))
        #expect(refusal.quote.sequence == 0x1234 && refusal.quote.token == nil)
    }

    private func unreachable(
        code: UInt8, quoting quote: ArraySlice<UInt8>, _ target: IPAddress
    ) -> [UInt8] {
        let header: [UInt8] = [0x45, 0, 0, UInt8(20 + EchoMessage.length), 0, 0, 0, 0, 64, 1, 0, 0]
        var bytes: [UInt8] =
            [3, code, 0, 0, 0, 0, 2, 0] + header + loopback.bytes + target.bytes + quote
        let checksum = EchoMessage.checksum(bytes)
        bytes[2] = UInt8(checksum >> 8)
        bytes[3] = UInt8(checksum & 0xff)
        return bytes
    }

    private func sendRaw(_ bytes: [UInt8]) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_ICMP))
        defer { close(descriptor) }
        let count = SocketAddress(loopback).withPointer {
            sendto(descriptor, bytes, bytes.count, 0, $0, $1)
        }
        guard count == bytes.count else { throw Unexpected(String(cString: strerror(errno))) }
    }
}
