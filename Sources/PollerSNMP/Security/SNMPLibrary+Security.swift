import CNetSNMP
import PollerModel
import Synchronization

/// The half of net-snmp's codec that speaks SNMPv3. All of it belongs to the engine's thread.
extension SNMPLibrary {
    /// nil when the library lacks a protocol of the user's.
    static func makeAgent(_ user: SNMPUser, keys: SecurityKeys) -> OpaquePointer? {
        withOptionalCString(user.authentication?.kind.netSNMPName) { authentication in
            withOptionalCString(user.privacy?.kind.netSNMPName) { privacy in
                user.name.withCString { name in
                    user.context.withCString { context in
                        keys.authentication.withUnsafeBufferPointer { authKey in
                            keys.privacy.withUnsafeBufferPointer { privKey in
                                user.contextEngineID.withUnsafeBufferPointer { engine in
                                    var identity = cnetsnmp_identity()
                                    identity.user = name
                                    identity.authentication = authentication
                                    identity.authentication_key = authKey.baseAddress
                                    identity.authentication_key_length = authKey.count
                                    identity.privacy = privacy
                                    identity.privacy_key = privKey.baseAddress
                                    identity.privacy_key_length = privKey.count
                                    identity.context = context
                                    identity.context_engine_id = engine.baseAddress
                                    identity.context_engine_id_length = engine.count
                                    let address = codec.withLock { _ in
                                        UInt(bitPattern: cnetsnmp_agent_create(&identity))
                                    }
                                    return OpaquePointer(bitPattern: address)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static func withOptionalCString<Value>(
        _ text: String?, _ body: (UnsafePointer<CChar>?) -> Value
    ) -> Value {
        text.map { $0.withCString(body) } ?? body(nil)
    }

    static func freeAgent(_ agent: OpaquePointer) {
        codec.withLock { _ in cnetsnmp_agent_free(agent) }
    }

    static func setEngine(_ agent: OpaquePointer, _ id: [UInt8], clock: EngineClock) -> Bool {
        codec.withLock { _ in
            guard cnetsnmp_agent_set_engine(agent, id, id.count) else { return false }
            cnetsnmp_agent_set_clock(agent, clock.boots, clock.seconds)
            return true
        }
    }

    static func setClock(_ agent: OpaquePointer, _ clock: EngineClock) {
        cnetsnmp_agent_set_clock(agent, clock.boots, clock.seconds)
    }

    static func clock(_ agent: OpaquePointer) -> EngineClock {
        var clock = EngineClock(boots: 0, seconds: 0)
        cnetsnmp_agent_clock(agent, &clock.boots, &clock.seconds)
        return clock
    }

    static func encode(
        _ question: Question, level: SNMPUser.Level, messageID: Int32, requestID: Int32,
        elapsed: UInt32, agent: OpaquePointer, layout: inout Layout,
        into room: UnsafeMutableRawBufferPointer
    ) -> Int? {
        build(question, requestID: requestID, layout: &layout, into: room) {
            cnetsnmp_encode_secure(agent, level.code, elapsed, messageID, $0, $1, $2)
        }
    }

    /// The question for an agent's engineID.
    static func discovery(
        messageID: Int32, requestID: Int32, into room: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let length = codec.withLock { _ in
            cnetsnmp_encode_discovery(
                messageID, requestID, room.assumingMemoryBound(to: UInt8.self).baseAddress,
                room.count)
        }
        return length < 0 ? nil : length
    }

    /// A message of SNMPv3: what it says of its security, and its PDU where that was right.
    struct SecureMessage {
        let news: SecurityNews
        let message: Message?
    }

    /// - Parameter agent: nil for the answer to a discovery.
    static func decodeSecure(
        _ packet: UnsafeBufferPointer<UInt8>, arenas: inout Arenas, agent: OpaquePointer?,
        elapsed: UInt32
    ) -> SecureMessage {
        var security = cnetsnmp_security()
        let result = codec.withLock { _ in
            cnetsnmp_decode_secure(
                packet.baseAddress, packet.count, agent, elapsed, &arenas.message, &security)
        }
        let message = result == cnetsnmp_decoded ? message(in: arenas) : nil
        var news = SecurityNews()
        news.level = SNMPUser.Level(security.level)
        let isOther = security.report == cnetsnmp_report_other && message != nil
        let first = isOther ? varbinds(in: arenas, expected: []).first?.oid : nil
        news.report = report(security.report, first)
        news.engineID = withUnsafeBytes(of: security.engine_id) {
            Array($0.prefix(security.engine_id_length))
        }
        news.isClockBehind = security.is_clock_behind
        news.isOtherEngine = security.is_other_engine
        news.hasHeardClock = security.has_heard_clock
        news.clock = EngineClock(boots: security.boots, seconds: security.seconds)
        return SecureMessage(news: news, message: message)
    }

    private static func report(_ code: cnetsnmp_report, _ object: OID?) -> SecurityNews.Report? {
        switch code {
        case cnetsnmp_report_level: .level
        case cnetsnmp_report_time_window: .timeWindow
        case cnetsnmp_report_user: .user
        case cnetsnmp_report_engine_id: .engineID
        case cnetsnmp_report_digest: .digest
        case cnetsnmp_report_decryption: .decryption
        case cnetsnmp_report_other: .other(object ?? OID([0, 0]))
        default: nil
        }
    }
}

extension SNMPUser.Level {
    fileprivate var code: cnetsnmp_level {
        switch self {
        case .noAuthNoPriv: cnetsnmp_no_auth
        case .authNoPriv: cnetsnmp_auth
        case .authPriv: cnetsnmp_auth_priv
        }
    }

    fileprivate init(_ code: cnetsnmp_level) {
        self =
            switch code {
            case cnetsnmp_auth_priv: .authPriv
            case cnetsnmp_auth: .authNoPriv
            default: .noAuthNoPriv
            }
    }
}
