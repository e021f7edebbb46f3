import Foundation
import PollerModel
import Testing

@Suite struct ReachabilityTests {
    private static let silent = SNMPFailure.noAnswer(attempts: 3, milliseconds: 4_500)
    private static let unheard = PingFailure.noAnswer(attempts: 2, milliseconds: 800)

    /// `codes` are those of the verdicts where both answer, only SNMP fails, only the ping fails,
    /// both fail; nil is up.
    @Test(
        arguments: [
            (.none, [nil, nil, nil, nil]),
            (
                .pingAndSNMP,
                [nil, "no_answer", "ping_no_answer", OutageReason.codeOfBoth]
            ),
            (.snmp, [nil, "no_answer", nil, "no_answer"]),
            (.ping, [nil, nil, "ping_no_answer", "ping_no_answer"]),
            // Both fail: down. Either answers: up.
            (.pingOrSNMP, [nil, nil, nil, OutageReason.codeOfBoth]),
            (.sysDescr, [nil, "no_answer", nil, "no_answer"]),
            (.getNext, [nil, "no_answer", nil, "no_answer"]),
        ] as [(AvailabilityMethod, [String?])])
    func `each method judges each outcome`(method: AvailabilityMethod, codes: [String?]) {
        let outcomes: [(SNMPFailure?, PingFailure?)] = [
            (nil, nil), (Self.silent, nil), (nil, Self.unheard), (Self.silent, Self.unheard),
        ]
        let verdicts = outcomes.map { method.verdict(snmp: $0, ping: $1) }
        #expect(
            verdicts.map {
                if case .down(let reason) = $0 { reason.code } else { nil }
            } == codes)
    }

    @Test(arguments: [AvailabilityMethod.pingAndSNMP, .pingOrSNMP])
    func `a device that answers to neither is told both reasons`(method: AvailabilityMethod) {
        guard case .down(let reason) = method.verdict(snmp: Self.silent, ping: Self.unheard)
        else {
            Issue.record("it is up")
            return
        }
        #expect(
            reason.words == "ping: nothing answered 2 pings within 800 ms; "
                + "SNMP: nothing answered 3 requests within 4500 ms")
        #expect(reason.fix.contains(Self.silent.fix) && reason.fix.contains(Self.unheard.fix))
    }

    private static let forbidden = PingFailure.notPermitted(detail: "Permission denied")
    private static let crowded = SNMPFailure.overloaded(waiting: 9)

    /// Where this machine is at fault: `nil` is up, `?code` is undecided, `code` is down.
    @Test(
        arguments: [
            // Nothing is asked of the ping, or nothing of SNMP.
            (.none, crowded, forbidden, nil),
            (.ping, nil, forbidden, "?ping_not_permitted"),
            (.ping, silent, .overloaded(waiting: 9), "?ping_overloaded"),
            (.ping, nil, .localFault(detail: "Too many open files"), "?ping_local_fault"),
            (.ping, crowded, nil, nil),
            (.snmp, crowded, nil, "?transport_overloaded"),
            (.snmp, .stopped, nil, "?transport_stopped"),
            (.sysDescr, crowded, nil, "?transport_overloaded"),
            (.getNext, crowded, nil, "?transport_overloaded"),
            // One answer suffices; without it, the other might have come.
            (.pingOrSNMP, nil, forbidden, nil),
            (.pingOrSNMP, crowded, nil, nil),
            (.pingOrSNMP, silent, forbidden, "?ping_not_permitted"),
            (.pingOrSNMP, crowded, unheard, "?transport_overloaded"),
            (.pingOrSNMP, crowded, .overloaded(waiting: 9), "?ping_and_snmp_failed"),
            // One silence suffices; without it, the other might have been silent.
            (.pingAndSNMP, silent, forbidden, "no_answer"),
            (.pingAndSNMP, crowded, unheard, "ping_no_answer"),
            (.pingAndSNMP, nil, forbidden, "?ping_not_permitted"),
            (.pingAndSNMP, crowded, nil, "?transport_overloaded"),
            (.pingAndSNMP, .stopped, .stopped, "?transport_stopped"),
        ] as [(AvailabilityMethod, SNMPFailure?, PingFailure?, String?)])
    func `a fault of this machine is no outage of the device`(
        method: AvailabilityMethod, snmp: SNMPFailure?, ping: PingFailure?, code: String?
    ) {
        let seen: String? =
            switch method.verdict(snmp: snmp, ping: ping) {
            case .up: nil
            case .down(let reason): reason.code
            case .undecided(let reason): "?\(reason.code)"
            }
        #expect(seen == code)
    }

    @Test(
        arguments: [
            (.errorStatus(.genErr, object: nil), true), (.malformed(detail: "odd"), true),
            (.viewEmpty, true), (.objectAbsent(object: WellKnownObject.sysDescr), true),
            (silent, false), (.noAnswerToUser(attempts: 1, milliseconds: 1), false),
            (.portClosed(port: 161), false), (.noRoute(detail: "none"), false),
            (.nameNotResolved(name: "a", detail: "none"), false), (.unknownUser(name: "u"), false),
            (.wrongAuthentication(.sha1), false), (.notInTimeWindow, false),
        ] as [(SNMPFailure, Bool)])
    func `getnext takes an error for an answer, and a refused user for none`(
        failure: SNMPFailure, isUp: Bool
    ) {
        let verdict = AvailabilityMethod.getNext.verdict(snmp: failure, ping: nil)
        #expect(verdict == (isUp ? .up : .down(OutageReason(failure))))
        #expect(
            AvailabilityMethod.snmp.verdict(snmp: failure, ping: nil)
                == .down(OutageReason(failure)))
    }

    @Test func `a name that is not resolved is said once`() {
        let unresolved = SNMPFailure.nameNotResolved(name: "sw1", detail: "no such name")
        #expect(
            AvailabilityMethod.pingOrSNMP.verdict(
                snmp: unresolved, ping: PingFailure(resolving: unresolved))
                == .down(OutageReason(unresolved)))
    }

    @Test func `a sysDescr that is absent is said by its name`() {
        let failure = SNMPFailure.objectAbsent(object: WellKnownObject.sysDescr)
        #expect(failure.words == "the agent answers, but has no value of sysDescr.0")
        #expect(failure.code == "object_absent" && failure.fix.contains("--availability snmp"))
    }

    @Test func `a reason is the failure's own words`() {
        let failure = PingFailure.refused(port: 23)
        let reason = OutageReason(failure)
        #expect(AvailabilityMethod.ping.verdict(snmp: nil, ping: failure) == .down(reason))
        #expect(reason.words == failure.words && reason.fix == failure.fix)
    }

    @Test func `the names of the methods stay as they are in the database`() {
        #expect(
            AvailabilityMethod.allCases.map(\.rawValue) == [
                "none", "ping-and-snmp", "snmp", "ping", "ping-or-snmp", "sysdescr", "getnext",
            ])
        #expect(
            AvailabilityMethod.allCases.filter(\.usesPing).map(\.rawValue) == [
                "ping-and-snmp", "ping", "ping-or-snmp",
            ])
        #expect(AvailabilityMethod.standard == .snmp)
    }

    @Test(
        arguments: [
            ("icmp", .icmp), ("tcp:1", .tcp(port: 1)), ("tcp:23", .tcp(port: 23)),
            ("tcp:65535", .tcp(port: 65_535)), ("tcp-closed:1", .tcpClosed(port: 1)),
            ("tcp-closed:65535", .tcpClosed(port: 65_535)),
        ] as [(String, PingMethod)])
    func `a ping method is read back from what it writes`(text: String, method: PingMethod) throws {
        #expect(PingMethod(text) == method)
        #expect(method.description == text)
        let json = try JSONEncoder().encode([method])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([PingMethod].self, from: json) == [method])
    }

    @Test(
        arguments: [
            "", "ICMP", "icmp ", " icmp", "icmp:", "icmp:1", "tcp", "tcp:", "tcp:0", "tcp:00",
            "tcp:023", "tcp:65536", "tcp:+23", "tcp:-1", "tcp: 23", "tcp:23 ", "tcp:23:1",
            "tcp:٢٣", "TCP:23", "udp:23", "tcp-closed", "tcp-closed:", "tcp-closed:0",
            "tcpclosed:1", "tcp:1.0", ":23", "tcp:99999999999999999999",
        ])
    func `anything else is no ping method`(text: String) {
        #expect(PingMethod(text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([PingMethod].self, from: JSONEncoder().encode([text]))
        }
    }

    @Test func `every failure of a ping has a name of its own and says what to do`() {
        let failures: [PingFailure] = [
            .noAnswer(attempts: 1, milliseconds: 400), .refused(port: 23),
            .unreachable(detail: "No route to host"),
            .notPermitted(detail: "Operation not permitted"), .overloaded(waiting: 7), .stopped,
            .nameNotResolved(name: "sw1", detail: "no such name"),
            .localFault(detail: "Too many open files"),
        ]
        #expect(Set(failures.map(\.code)).count == failures.count)
        #expect(failures.allSatisfy { $0.code.wholeMatch(of: /ping_[a-z_]+/) != nil })
        #expect(failures.allSatisfy { !$0.words.isEmpty && !$0.fix.isEmpty })
        #expect(failures[0].words == "nothing answered 1 ping within 400 ms")
        #expect(failures[3].fix.contains("net.ipv4.ping_group_range"))
        #expect(failures[3].fix.contains("CAP_NET_RAW"))
    }

    @Test func `a ping is patient for all its attempts`() {
        let address = IPAddress(bytes: [192, 0, 2, 1])
        #expect(PingRequest(address: address).patienceMilliseconds == 800)
        #expect(
            PingRequest(address: address, timeoutMilliseconds: 50, retries: 0)
                .patienceMilliseconds == 50)
        #expect(
            PingRequest(address: address, timeoutMilliseconds: 10_000, retries: 10)
                .patienceMilliseconds == 110_000)
    }
}
