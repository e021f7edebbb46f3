import Foundation
import Logging
import PollerEngine
import PollerModel
import TestSupport
import Testing

@testable import PollerReach

/// A running pinger, stopped when the body is over.
@discardableResult
func withPinger<Value>(_ body: (Pinger) async throws -> Value) async throws -> Value {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let pinger = try Pinger(timekeeper: SystemTimekeeper(), logger: logger)
    do {
        let value = try await body(pinger)
        await pinger.stop()
        return value
    } catch {
        await pinger.stop()
        throw error
    }
}

let loopback = IPAddress(bytes: [127, 0, 0, 1])
let loopbackV6 = IPAddress(bytes: [UInt8](repeating: 0, count: 15) + [1])
/// Echoes to it go to 127.0.0.1, which answers in its own name: so no answer counts.
let anyAddress = IPAddress(bytes: [0, 0, 0, 0])

/// What this machine permits the tests.
enum Permitted {
    static let icmp = (try? EchoSocket(isV6: false)) != nil
    static let icmpV6 = (try? EchoSocket(isV6: true)) != nil && hasLoopbackV6
    static let raw = (try? EchoSocket(isV6: false, create: only(.raw))) != nil

    /// The forms of sockets for echoes, with their families.
    static let sockets: [EchoPlace] = EchoSocket.Form.allCases.flatMap { form in
        [false, true].map { EchoPlace(form: form, isV6: $0) }
    }.filter { place in
        (try? place.socket()) != nil && (!place.isV6 || hasLoopbackV6)
    }

    static let hasLoopbackV6: Bool = {
        guard let connection = try? Connection(isV6: true) else { return false }
        switch connection.begin(to: loopbackV6, port: 1) {
        case .accepted, .refused, .pending: return true
        case .lapsed, .unreachable: return false
        }
    }()
}

/// A form and a family.
struct EchoPlace: Sendable, CustomTestStringConvertible {
    let form: EchoSocket.Form
    let isV6: Bool
    var address: IPAddress { isV6 ? loopbackV6 : loopback }
    var testDescription: String { "\(form) IPv\(isV6 ? 6 : 4)" }

    func socket() throws -> EchoSocket { try EchoSocket(isV6: isV6, create: only(form)) }
}

/// socket(2) as a kernel does it that permits one form only.
func only(_ form: EchoSocket.Form) -> (Int32, Int32, Int32) -> Int32 {
    { family, type, number in
        guard type & 0xf == Int32(form.socketType.rawValue) else {
            errno = EACCES
            return -1
        }
        return socket(family, type, number)
    }
}

extension Result where Success == PingAnswer, Failure == PingFailure {
    var failure: PingFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
