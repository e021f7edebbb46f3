import Foundation
import PollerModel
import PollerSNMP
import TestSupport
import Testing

/// Devices of the agent farm beside the project that misbehave, each in its own way, among others
/// that do not. Every value is checked against the uptime in the same answer.
@Suite(
    .enabled(if: Places.shared != nil, "the agent farm is not beside the project"),
    .enabled(if: Program.find("gcc") != nil, "gcc is not installed"))
struct FarmTests {
    /// What becomes of a poll of 24 interfaces, and of a walk.
    private struct Quirk {
        let name: String
        /// nil: every value is right; "": each object has a failure of its own.
        let get: String?
        let walk: String?
    }

    private static let quirks = [
        Quirk(name: "wrongid", get: "answer_other_id", walk: "answer_other_id"),
        Quirk(name: "garbage", get: "answer_unreadable", walk: "answer_unreadable"),
        Quirk(name: "truncate", get: "answer_unreadable", walk: "answer_unreadable"),
        Quirk(name: "dup", get: nil, walk: nil),
        Quirk(name: "otherport", get: "answer_from_elsewhere", walk: "answer_from_elsewhere"),
        Quirk(name: "otherip", get: "answer_from_elsewhere", walk: "answer_from_elsewhere"),
        Quirk(name: "noninc", get: nil, walk: "walk_not_increasing"),
        Quirk(name: "generr", get: "error_status", walk: "error_status"),
        Quirk(name: "toobig10", get: nil, walk: nil),
        Quirk(name: "v1only", get: "absent", walk: nil),
        Quirk(name: "nobulk", get: nil, walk: nil),
        // Once an answer came late: before that, it is silence.
        Quirk(name: "late", get: "answer_late", walk: "answer_late"),
        Quirk(name: "empty", get: "malformed_answer", walk: "malformed_answer"),
    ]
    private static let interfaces = 24
    /// Beside each that misbehaves; the farm knows a device by the low 24 bits of its address.
    private static let healthy = 100...160

    private func target(_ device: Int, _ port: UInt16) -> SNMPTarget {
        SNMPTarget(
            host: .address(IPAddress(bytes: [127, 0, 0, UInt8(device)])), port: port,
            credentials: .community(Secret("public")), timeoutMilliseconds: 600, retries: 1)
    }

    /// Octets a hundredth of a second (agentfarm.c).
    private func rates(_ device: Int, _ interface: Int) -> [UInt64] {
        [
            UInt64(1_000 + (device * 7_919 + interface * 104_729) % 90_000),
            UInt64(1_000 + (device * 6_101 + interface * 15_485_863) % 90_000),
        ]
    }

    private func get(_ engine: SNMPEngine, _ device: Int, _ port: UInt16) async -> SNMPGetResponse {
        await engine.get(
            SNMPGetRequest(
                target: target(device, port),
                groups: (1...Self.interfaces).map {
                    [ifXTable.appending([6, UInt32($0)]), ifXTable.appending([10, UInt32($0)])]
                }, companion: WellKnownObject.sysUpTime))
    }

    /// The failures of a poll; a value that is not the device's own is an issue.
    private func check(_ response: SNMPGetResponse, of device: Int, _ name: String) -> Set<String> {
        var failures: Set<String> = []
        for (position, group) in response.groups.enumerated() {
            switch group {
            case .failure(let failure): failures.insert(failure.code)
            case .success(let answer):
                let expected = rates(device, position + 1)
                for (rate, value) in zip(expected, answer.values) {
                    switch (value, answer.companion) {
                    case (.failure(let failure), _): failures.insert(failure.code)
                    // SNMPv1 has no 64-bit counters.
                    case (.success(.noSuchInstance), _): failures.insert("absent")
                    case (.success(.counter64(let count)), .timeTicks(let ticks)):
                        #expect(count == rate * UInt64(ticks), "\(name)")
                    default: Issue.record("\(name): \(value), \(answer.companion as Any)")
                    }
                }
            }
        }
        return failures
    }

    @Test func `whatever a device does, no value is wrong and no neighbour loses one`() async throws
    {
        let shared = try #require(Places.shared)
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/agentfarm"
        let gcc = try #require(Program.find("gcc"))
        let built = try await Program.run(gcc, ["-O2", "-o", path, "\(shared)/tools/agentfarm.c"])
        try #require(built.status == 0, "\(built.errors)")
        let port = try Ports.freeUDP()
        let misbehaviour = Self.quirks.enumerated().flatMap {
            ["-Q", "\($1.name)=\($0 + 1)-\($0 + 1)"]
        }
        let farm = try Program(
            path, ["-p", "\(port)", "-n", "\(Self.interfaces)"] + misbehaviour)
        try await withEngine { engine in
            try await waitUntil("the farm answers") { [self] in
                await get(engine, 200, port).groups[0].isAnswered
            }
            var toldLate: Set<String> = []
            for _ in 0..<5 {
                let devices = Array(1...Self.quirks.count) + Self.healthy
                await withTaskGroup(of: (Int, SNMPGetResponse).self) { group in
                    for device in devices {
                        group.addTask { [self] in (device, await get(engine, device, port)) }
                    }
                    for await (device, response) in group {
                        let quirk = device > 99 ? nil : Self.quirks[device - 1]
                        let failures = check(response, of: device, quirk?.name ?? "healthy")
                        if quirk?.name == "late" {
                            // Silence, until the answer to an earlier question has come.
                            #expect(failures.isSubset(of: ["no_answer", "answer_late"]))
                            #expect(failures.count == 1)
                            toldLate.formUnion(failures)
                            continue
                        }
                        #expect(
                            failures == Set([quirk?.get].compactMap { $0 }),
                            "\(quirk?.name ?? "healthy \(device)")")
                    }
                }
            }
            #expect(toldLate == ["no_answer", "answer_late"])
            await withTaskGroup(of: Void.self) { group in
                for (position, quirk) in Self.quirks.enumerated() {
                    group.addTask { [self] in
                        let request = SNMPWalkRequest(
                            target: target(position + 1, port), root: ifXTable.appending([1]))
                        do {
                            let walk = try await engine.walk(request)
                            #expect(
                                quirk.walk == nil && walk.rows.count == Self.interfaces,
                                "\(quirk.name)")
                        } catch {
                            #expect(
                                (error as? SNMPFailure)?.code == quirk.walk,
                                "\(quirk.name): \(error)")
                        }
                    }
                }
            }
        }
        farm.signal(SIGTERM)
    }
}

extension Result<SNMPGroupAnswer, SNMPFailure> {
    fileprivate var isAnswered: Bool { if case .success = self { true } else { false } }
}
