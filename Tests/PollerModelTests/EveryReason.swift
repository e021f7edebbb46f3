import PollerModel

/// One of each failure and reason there is. Whoever adds a case is led here by the compiler: the
/// switches have no default.
enum EveryReason {
    private static let object = OID([1, 3, 6, 1])
    private static let store: [StoreFailure] = [
        .refused(path: "rrd/1/2.rrd", reason: "its time is not after the newest row"),
        .failed(path: "rrd/1/2.rrd", operation: "opened", detail: "Permission denied"),
        .clockDoubted(path: "rrd/1/2.rrd"), .overloaded(waiting: 3), .stopped,
    ]

    static let failures: [SNMPFailure] = [
        .nameNotResolved(name: "sw1", detail: "Name or service not known"),
        .noRoute(detail: "Network is unreachable"), .portClosed(port: 161),
        .noAnswer(attempts: 3, milliseconds: 4_500),
        .noAnswerToUser(attempts: 3, milliseconds: 4_500),
        .strayAnswer(.late(milliseconds: 900), attempts: 1, milliseconds: 300),
        .strayAnswer(.unreadable(bytes: 3), attempts: 1, milliseconds: 300),
        .strayAnswer(.unfitting, attempts: 1, milliseconds: 300),
        .strayAnswer(.otherRequest, attempts: 1, milliseconds: 300),
        .strayAnswer(
            .otherPlace(IPAddress(v4: 0x7f00_0001), port: 162), attempts: 1, milliseconds: 300),
        .errorStatus(.genErr, object: object), .errorStatus(.authorizationError, object: nil),
        .malformed(detail: "an answer without objects"), .notIncreasing(object: object), .viewEmpty,
        .objectAbsent(object: object), .unknownUser(name: "ann"), .wrongAuthentication(.sha256),
        .wrongPrivacy(.aes128, isReported: true), .wrongPrivacy(.aes128, isReported: false),
        .levelNotSupported(.authPriv), .notInTimeWindow, .engineChanging, .reported(object: object),
        .protocolMissing("DES"), .localFault(detail: "it has no IPv6"),
        .notEncodable(object: object), .overloaded(waiting: 3), .stopped,
    ]

    static let reasons: [UnknownReason] =
        failures.map { .noAnswer($0) }
        + [
            .absent(object: object, exception: "noSuchObject"),
            .wrongType(object: object, got: "IpAddress"), .needsVersion2(object: object),
            .notFinite(object: object), .notNumeric(object: object, text: "high"),
            .notOffered(object: object, value: -1),
            .outOfBounds(object: object, value: 101, bound: 100), .notComputable(object: object),
            .firstSample, .agentRestarted, .agentStarting, .counterReset(from: 2, to: 1),
            .discontinuity, .wrapAmbiguous(seconds: 60), .rateAboveLimit(rate: 2, limit: 1),
            .clockSet(seconds: 60), .notAfterLast, .tableUnread(table: "interfaces"),
            .rowMoved(table: "interfaces"), .rowGone(table: "interfaces"),
            .scaleMissing(field: "scale"),
        ] + store.map { .notWritten($0) }

    static let pings: [PingFailure] = [
        .nameNotResolved(name: "sw1", detail: "Name or service not known"),
        .noAnswer(attempts: 2, milliseconds: 800), .refused(port: 22),
        .unreachable(detail: "No route to host"), .notPermitted(detail: "Permission denied"),
        .localFault(detail: "Too many open files"), .overloaded(waiting: 3), .stopped,
    ]

    static func place(of failure: SNMPFailure) -> Int {
        switch failure {
        case .nameNotResolved: 0
        case .noRoute: 1
        case .portClosed: 2
        case .noAnswer: 3
        case .noAnswerToUser: 4
        case .strayAnswer(let stray, _, _): 5 + place(of: stray)
        case .errorStatus: 10
        case .malformed: 11
        case .notIncreasing: 12
        case .viewEmpty: 13
        case .objectAbsent: 14
        case .unknownUser: 15
        case .wrongAuthentication: 16
        case .wrongPrivacy: 17
        case .levelNotSupported: 18
        case .notInTimeWindow: 19
        case .engineChanging: 20
        case .reported: 21
        case .protocolMissing: 22
        case .localFault: 23
        case .notEncodable: 24
        case .overloaded: 25
        case .stopped: 26
        }
    }

    private static func place(of stray: StrayAnswer) -> Int {
        switch stray {
        case .unreadable: 0
        case .unfitting: 1
        case .otherRequest: 2
        case .otherPlace: 3
        case .late: 4
        }
    }

    static func place(of reason: UnknownReason) -> Int {
        switch reason {
        case .noAnswer: 0
        case .absent: 1
        case .wrongType: 2
        case .needsVersion2: 3
        case .notFinite: 4
        case .notNumeric: 5
        case .notOffered: 6
        case .outOfBounds: 7
        case .notComputable: 8
        case .firstSample: 9
        case .agentRestarted: 10
        case .agentStarting: 11
        case .counterReset: 12
        case .discontinuity: 13
        case .wrapAmbiguous: 14
        case .rateAboveLimit: 15
        case .clockSet: 16
        case .notAfterLast: 17
        case .tableUnread: 18
        case .rowMoved: 19
        case .rowGone: 20
        case .scaleMissing: 21
        case .notWritten(let failure): 22 + place(of: failure)
        }
    }

    private static func place(of failure: StoreFailure) -> Int {
        switch failure {
        case .refused: 0
        case .failed: 1
        case .clockDoubted: 2
        case .overloaded: 3
        case .stopped: 4
        }
    }

    static func place(of failure: PingFailure) -> Int {
        switch failure {
        case .nameNotResolved: 0
        case .noAnswer: 1
        case .refused: 2
        case .unreachable: 3
        case .notPermitted: 4
        case .localFault: 5
        case .overloaded: 6
        case .stopped: 7
        }
    }
}
