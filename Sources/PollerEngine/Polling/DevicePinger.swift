import PollerModel

/// Pings devices as their owners say.
struct DevicePinger: Sendable {
    /// Resolves the names, as SNMP does.
    let transport: any SNMPTransport
    let pings: any PingTransport

    /// nil when what counts for the device is no ping.
    func ping(_ plan: DevicePlan) async -> Result<PingAnswer, PingFailure>? {
        guard plan.availability.method.usesPing else { return nil }
        return await ping(plan.target.host, plan.availability)
    }

    func ping(
        _ host: DeviceHost, _ policy: AvailabilityPolicy
    ) async -> Result<PingAnswer, PingFailure> {
        let address: IPAddress
        do {
            address = try await transport.resolve(host)
        } catch {
            return .failure(PingFailure(resolving: error))
        }
        return await pings.ping(
            PingRequest(
                address: address, method: policy.ping,
                timeoutMilliseconds: policy.pingTimeoutMilliseconds, retries: policy.pingRetries))
    }
}
