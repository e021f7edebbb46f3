import PollerModel

/// The way to a device, gone step by step: its name, the ping where that counts, its agent, its
/// system group.
struct DeviceApproach: Sendable {
    let target: SNMPTarget
    let availability: AvailabilityPolicy
    /// Whether a device that does not answer as it should is refused.
    let isStrict: Bool
    let discovery: DeviceDiscovery
    let pinger: DevicePinger
    let timekeeper: any Timekeeper

    /// Goes it and reports each step; the last is the first that is an obstacle.
    func go(
        report: (TestStep) async -> Void
    ) async throws(OperationFailure) -> DeviceDiscovery.SystemAnswer {
        try await resolve(report)
        if availability.method.usesPing { try await ping(report) }
        let start = timekeeper.now.monotonic
        do {
            let answer = try await systemGroup()
            try checkDescription(answer.system)
            for step in reached(milliseconds: answer.milliseconds, isOlder: answer.isOlder) {
                await report(step)
            }
            await report(
                TestStep(
                    .system, ok: true, milliseconds: answer.milliseconds,
                    detail: describe(answer.system)))
            return answer
        } catch {
            let step = Self.step(of: error)
            for done in reached(milliseconds: elapsed(start)).prefix(while: { $0.step != step }) {
                await report(done)
            }
            await report(TestStep(step, milliseconds: elapsed(start), failure: error))
            throw .unreachable(error)
        }
    }

    private func elapsed(_ start: MonotonicTime) -> Int64 {
        timekeeper.now.monotonic.milliseconds - start.milliseconds
    }

    private func resolve(_ report: (TestStep) async -> Void) async throws(OperationFailure) {
        let start = timekeeper.now.monotonic
        do {
            let address = try await discovery.transport.resolve(target.host)
            await report(
                TestStep(
                    .resolve, ok: true, milliseconds: elapsed(start),
                    detail: target.host.description == address.description
                        ? "\(address)" : "\(target.host) is \(address)"))
        } catch {
            await report(TestStep(.resolve, milliseconds: elapsed(start), failure: error))
            throw .unreachable(error)
        }
    }

    private func ping(_ report: (TestStep) async -> Void) async throws(OperationFailure) {
        let start = timekeeper.now.monotonic
        switch await pinger.ping(target.host, availability) {
        case .success(let answer):
            let attempts = answer.attempts == 1 ? "" : " at attempt \(answer.attempts)"
            await report(
                TestStep(
                    .ping, ok: true, milliseconds: elapsed(start),
                    detail: "\(availability.ping) answered\(attempts)"))
        case .failure(let failure):
            let isObstacle = isStrict && availability.method != .pingOrSNMP
            await report(
                TestStep(
                    .ping, ok: false, milliseconds: elapsed(start),
                    detail: failure.words + (isObstacle ? "" : "; no obstacle"),
                    reason: failure.code, fix: isObstacle ? failure.fix : nil))
            if isObstacle { throw .unpingable(failure) }
        }
    }

    /// The system group; an empty one where any answer counts and the agent shows nothing.
    private func systemGroup() async throws(SNMPFailure) -> DeviceDiscovery.SystemAnswer {
        let start = timekeeper.now.monotonic
        do {
            return try await discovery.systemGroup(of: target)
        } catch {
            guard error == .viewEmpty, availability.method == .getNext else { throw error }
            return DeviceDiscovery.SystemAnswer(
                system: SystemDescription(), milliseconds: elapsed(start))
        }
    }

    /// What counts as up has to be there when the device is added.
    private func checkDescription(_ system: SystemDescription) throws(SNMPFailure) {
        guard isStrict, availability.method == .sysDescr, system.description == nil else { return }
        throw .objectAbsent(object: WellKnownObject.sysDescr)
    }

    /// Where the way ended.
    private static func step(of failure: SNMPFailure) -> TestStep.Name {
        switch failure {
        case .viewEmpty, .objectAbsent: .system
        // Who is refused was answered.
        default: failure.concernsUser ? .authenticate : .reply
        }
    }

    /// The steps up to an answer.
    private func reached(milliseconds: Int64, isOlder: Bool = false) -> [TestStep] {
        let answer =
            isOlder
            ? "SNMPv1 answer from port \(target.port): the agent leaves SNMPv2c unanswered, and "
                + "has no 64-bit counters"
            : "SNMPv\(target.version.rawValue) answer from port \(target.port)"
        var steps = [TestStep(.reply, ok: true, milliseconds: milliseconds, detail: answer)]
        if case .user(let user) = target.credentials {
            steps.append(
                TestStep(
                    .authenticate, ok: true, milliseconds: milliseconds,
                    detail: "user \(user.name) with \(user.level.rawValue)"))
        }
        return steps
    }

    private func describe(_ system: SystemDescription) -> String {
        let parts = [system.name?.text, system.description?.text, system.objectID?.description]
        let known = parts.compactMap { $0 }.filter { !$0.isEmpty }
        guard known.isEmpty else { return known.joined(separator: " · ") }
        return "the agent shows no system group"
            + (availability.method == .getNext ? ", which is no obstacle" : "")
    }
}
