import CNetSNMP
import Glibc
package import Logging
package import PollerModel
import Synchronization

/// The one place that calls net-snmp's codec. Everything but `start` and `version` belongs to
/// the engine's thread.
package enum SNMPLibrary {
    /// net-snmp's version, for example "5.9.3".
    package static var version: String { String(cString: cnetsnmp_version()) }

    /// Lines of net-snmp's own log that reach ours in a minute; hostile packets cause one each.
    static let logLinesPerMinute = 10

    private struct LogState {
        var logger: Logger?
        var timekeeper: (any Timekeeper)?
        var minute: Int64 = 0
        var lines = 0
        /// Whose message the codec is at work on.
        var subject: Endpoint?
    }

    private static let log = Mutex(LogState())
    /// net-snmp's codec keeps state in globals. The engine's one thread never waits here; two
    /// engines in one process, as tests have them, would otherwise mix up their messages.
    static let codec = Mutex(())
    private static let hasStarted = Mutex(false)

    /// Initialises net-snmp, quietly. Once per process, before other threads exist; later calls
    /// only change the logger.
    ///
    /// - Parameter folder: an existing folder, in which the library makes an empty one.
    package static func start(
        folder: String, logger: Logger, timekeeper: some Timekeeper
    ) {
        log.withLock { ($0.logger, $0.timekeeper) = (logger, timekeeper) }
        hasStarted.withLock { started in
            guard !started else { return }
            started = true
            cnetsnmp_start("pollerd", folder, forwardLog, nil)
        }
    }

    private static let forwardLog: cnetsnmp_log_function = { priority, text, _ in
        guard let text else { return }
        let line = String(cString: text).trimmed
        let (logger, subject) = log.withLock { state -> (Logger?, Endpoint?) in
            let minute = (state.timekeeper?.now.monotonic.milliseconds ?? 0) / 60_000
            if state.minute != minute { (state.minute, state.lines) = (minute, 0) }
            state.lines += 1
            return (state.lines <= logLinesPerMinute ? state.logger : nil, state.subject)
        }
        let whose = subject.map { "\($0.address) port \($0.port)" } ?? "no device"
        logger?.info(
            "a message of \(whose) made net-snmp say: \(line)",
            metadata: [
                "event": "snmp.net_snmp", "address": "\(whose)", "priority": "\(priority)",
            ])
    }

    /// Whose message is encoded or decoded next: lines of net-snmp's log are about it.
    static func attend(to subject: Endpoint) { log.withLock { $0.subject = subject } }

    /// Where a question's objects are laid out for the C target, kept from message to message.
    struct Layout {
        var arcs: [UInt32] = []
        var counts: [UInt32] = []
    }

    /// Writes one request of SNMPv1 or SNMPv2c. Returns its length; nil where it does not fit.
    static func encode(
        _ question: Question, requestID: Int32, version: SNMPVersion, community: Secret,
        layout: inout Layout, into room: UnsafeMutableRawBufferPointer
    ) -> Int? {
        community.withExposedValue { text in
            var text = text
            return text.withUTF8 { community in
                build(question, requestID: requestID, layout: &layout, into: room) {
                    cnetsnmp_encode(
                        version == .v1 ? 0 : 1, community.baseAddress, community.count, $0, $1, $2)
                }
            }
        }
    }

    /// Hands a question to `body` in the form of the C target, and where to write it. Returns
    /// the length; nil where it does not fit.
    static func build(
        _ question: Question, requestID: Int32, layout: inout Layout,
        into room: UnsafeMutableRawBufferPointer,
        _ body: (UnsafePointer<cnetsnmp_request>, UnsafeMutablePointer<UInt8>?, Int) -> Int
    ) -> Int? {
        var request = cnetsnmp_request()
        request.request_id = requestID
        switch question.kind {
        case .get: request.type = cnetsnmp_pdu_get
        case .getNext: request.type = cnetsnmp_pdu_get_next
        case .getBulk(let maxRepetitions):
            request.type = cnetsnmp_pdu_get_bulk
            request.max_repetitions = Int32(maxRepetitions)
        }
        layout.arcs.removeAll(keepingCapacity: true)
        layout.counts.removeAll(keepingCapacity: true)
        for object in question.objects {
            layout.arcs += object.arcs
            layout.counts.append(UInt32(object.arcs.count))
        }
        request.oid_count = UInt32(layout.counts.count)
        let length = layout.arcs.withUnsafeBufferPointer { arcs in
            layout.counts.withUnsafeBufferPointer { counts in
                request.arcs = arcs.baseAddress
                request.arc_counts = counts.baseAddress
                return codec.withLock { _ in
                    body(&request, room.assumingMemoryBound(to: UInt8.self).baseAddress, room.count)
                }
            }
        }
        return length < 0 ? nil : length
    }

    /// Why a packet is not an answer.
    enum DecodingFailure: Error, Hashable {
        case lengthMismatch
        case unknownVersion
        case refused
        case outOfMemory
    }

    /// A decoded response PDU.
    struct Message {
        let version: SNMPVersion
        let isResponse: Bool
        let requestID: Int32
        let errorStatus: Int
        let errorIndex: Int
    }

    /// The arenas that decoding fills, kept from message to message.
    struct Arenas: ~Copyable {
        var message = cnetsnmp_message()
        deinit {
            var message = message
            cnetsnmp_message_free(&message)
        }
    }

    /// The version of a message, and the id of one of SNMPv3; nil for what is no SNMP message.
    static func head(
        of packet: UnsafeBufferPointer<UInt8>
    ) -> (isVersion3: Bool, messageID: Int32)? {
        var head = cnetsnmp_head()
        guard cnetsnmp_read_head(packet.baseAddress, packet.count, &head) == cnetsnmp_decoded
        else { return nil }
        return (head.version == 3, head.message_id)
    }

    /// Decodes a packet of SNMPv1 or SNMPv2c that is followed by CNETSNMP_PADDING zero bytes.
    static func decode(
        _ packet: UnsafeBufferPointer<UInt8>, arenas: inout Arenas
    ) throws(DecodingFailure) -> Message {
        let result = codec.withLock { _ in
            cnetsnmp_decode(packet.baseAddress, packet.count, &arenas.message)
        }
        switch result {
        case cnetsnmp_decoded: break
        case cnetsnmp_length_mismatch: throw .lengthMismatch
        case cnetsnmp_unknown_version: throw .unknownVersion
        case cnetsnmp_out_of_memory: throw .outOfMemory
        default: throw .refused
        }
        return message(in: arenas)
    }

    static func message(in arenas: borrowing Arenas) -> Message {
        let message = arenas.message
        return Message(
            version: message.version == 0 ? .v1 : message.version == 1 ? .v2c : .v3,
            isResponse: message.pdu_type == Int32(cnetsnmp_pdu_response.rawValue),
            requestID: Int32(truncatingIfNeeded: message.request_id),
            errorStatus: Int(message.error_status), errorIndex: Int(message.error_index))
    }

    /// Whether the message that was decoded last came with this community.
    static func isCommunity(_ expected: Secret, of arenas: borrowing Arenas) -> Bool {
        let message = arenas.message
        return expected.withExposedValue { text in
            var text = text
            return text.withUTF8 { expected in
                guard Int(message.community_length) == expected.count else { return false }
                guard let base = message.bytes, let wanted = expected.baseAddress else {
                    return expected.isEmpty
                }
                return memcmp(base + Int(message.community_offset), wanted, expected.count) == 0
            }
        }
    }

    /// The objects of the message that was decoded last.
    ///
    /// - Parameter expected: what was asked for; where an object is that, no other is made of it.
    static func varbinds(in arenas: borrowing Arenas, expected: [OID]) -> [VarBind] {
        let message = arenas.message
        let found = UnsafeBufferPointer(start: message.varbinds, count: Int(message.varbind_count))
        var varbinds: [VarBind] = []
        varbinds.reserveCapacity(found.count)
        for position in found.indices {
            let varbind = found[position]
            let isExpected =
                position < expected.count && isName(of: varbind, expected[position], message)
            varbinds.append(
                VarBind(
                    isExpected
                        ? expected[position]
                        : arcs(message, varbind.name_offset, varbind.name_length),
                    value(varbind, in: message)))
        }
        return varbinds
    }

    private static func isName(
        of varbind: cnetsnmp_varbind, _ oid: OID, _ message: cnetsnmp_message
    ) -> Bool {
        guard Int(varbind.name_length) == oid.arcs.count, let base = message.arcs else {
            return false
        }
        return oid.arcs.withUnsafeBytes { arcs in
            arcs.baseAddress.map {
                memcmp(base + Int(varbind.name_offset), $0, arcs.count) == 0
            } ?? true
        }
    }

    private static func bytes(
        _ message: cnetsnmp_message, _ offset: UInt32, _ length: UInt32
    ) -> [UInt8] {
        guard length > 0, let base = message.bytes else { return [] }
        return Array(UnsafeBufferPointer(start: base + Int(offset), count: Int(length)))
    }

    private static func arcs(
        _ message: cnetsnmp_message, _ offset: UInt32, _ length: UInt32
    ) -> OID {
        guard length > 0, let base = message.arcs else { return OID([]) }
        let count = min(Int(length), OID.largestArcCount)
        return OID(Array(UnsafeBufferPointer(start: base + Int(offset), count: count)))
    }

    private static func value(
        _ varbind: cnetsnmp_varbind, in message: cnetsnmp_message
    ) -> SNMPValue {
        let counter32 = UInt32(truncatingIfNeeded: varbind.counter)
        switch cnetsnmp_type(UInt32(varbind.type)) {
        case cnetsnmp_type_integer: return .integer(varbind.integer)
        case cnetsnmp_type_octets:
            return .octets(bytes(message, varbind.bytes_offset, varbind.bytes_length))
        case cnetsnmp_type_oid:
            return .oid(arcs(message, varbind.bytes_offset, varbind.bytes_length))
        case cnetsnmp_type_ip_address:
            return .ipAddress(bytes(message, varbind.bytes_offset, varbind.bytes_length))
        case cnetsnmp_type_counter32: return .counter32(counter32)
        case cnetsnmp_type_gauge32: return .gauge32(counter32)
        case cnetsnmp_type_time_ticks: return .timeTicks(counter32)
        case cnetsnmp_type_counter64: return .counter64(varbind.counter)
        case cnetsnmp_type_float, cnetsnmp_type_double: return .float(varbind.real)
        case cnetsnmp_type_opaque:
            return .opaque(bytes(message, varbind.bytes_offset, varbind.bytes_length))
        case cnetsnmp_type_no_such_object: return .noSuchObject
        case cnetsnmp_type_no_such_instance: return .noSuchInstance
        case cnetsnmp_type_end_of_mib_view: return .endOfMibView
        default: return .null
        }
    }
}
