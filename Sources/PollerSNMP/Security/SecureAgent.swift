import CNetSNMP
import PollerModel

/// One agent as one user sees it: its engine, its clock, and the user's keys bound to it.
/// Belongs to the engine's thread.
final class SecureAgent {
    /// An engine is not looked for again sooner than this after it was found.
    static let rediscoveryMilliseconds: Int64 = 10_000

    let user: SNMPUser
    private let handle: OpaquePointer
    private(set) var engineID: [UInt8] = []
    private(set) var discoveredAt: MonotonicTime?
    private var clockHeardAt = MonotonicTime(milliseconds: 0)
    /// Whether the last message at the user's level was answered.
    var isProven = false

    /// nil when the library lacks one of the protocols.
    init?(_ user: SNMPUser, keys: SecurityKeys) {
        guard let handle = SNMPLibrary.makeAgent(user, keys: keys) else { return nil }
        self.user = user
        self.handle = handle
    }

    deinit { SNMPLibrary.freeAgent(handle) }

    /// Binds the keys to an engine.
    func setEngine(_ id: [UInt8], clock: EngineClock, now: MonotonicTime) -> Bool {
        guard SNMPLibrary.setEngine(handle, id, clock: clock) else { return false }
        engineID = id
        discoveredAt = now
        clockHeardAt = now
        return true
    }

    /// Takes over what was known before a restart. Where it cannot be, the engine is looked for.
    func recall(_ record: SNMPEngineRecord, now: Moment) {
        let age = max(0, now.wall.milliseconds - record.heardAt.milliseconds) / 1_000
        let seconds = UInt32(clamping: Int64(record.seconds) + age)
        guard
            setEngine(
                record.engineID, clock: EngineClock(boots: record.boots, seconds: seconds),
                now: now.monotonic)
        else { return }
        discoveredAt = nil
        noted = Note(engineID: engineID, boots: record.boots)
    }

    private struct Note: Hashable {
        let engineID: [UInt8]
        let boots: UInt32
    }
    private var noted: Note?

    /// Whether the engine is another than was noted last, or has started again since.
    var isNews: Bool { noted != Note(engineID: engineID, boots: clock.boots) }

    /// What is to be kept of it; it is no news then.
    func record(_ endpoint: Endpoint, at time: Moment) -> SNMPEngineRecord {
        let clock = clock
        noted = Note(engineID: engineID, boots: clock.boots)
        return SNMPEngineRecord(
            address: endpoint.address, port: endpoint.port, user: user.name, engineID: engineID,
            boots: clock.boots, seconds: clock.seconds &+ elapsed(time.monotonic),
            heardAt: time.wall)
    }

    /// The engine is to be looked for again.
    func forgetEngine() { engineID = [] }

    func forgetClock() { SNMPLibrary.setClock(handle, EngineClock(boots: 0, seconds: 0)) }

    var clock: EngineClock { SNMPLibrary.clock(handle) }

    /// Writes a question. Returns its length; nil where it does not fit.
    func encode(
        _ question: Question, level: SNMPUser.Level, messageID: Int32, requestID: Int32,
        now: MonotonicTime, layout: inout SNMPLibrary.Layout,
        into room: UnsafeMutableRawBufferPointer
    ) -> Int? {
        SNMPLibrary.encode(
            question, level: level, messageID: messageID, requestID: requestID,
            elapsed: elapsed(now), agent: handle, layout: &layout, into: room)
    }

    func decode(
        _ packet: UnsafeBufferPointer<UInt8>, arenas: inout SNMPLibrary.Arenas, now: MonotonicTime
    ) -> SNMPLibrary.SecureMessage {
        let heard = SNMPLibrary.decodeSecure(
            packet, arenas: &arenas, agent: handle, elapsed: elapsed(now))
        if heard.news.hasHeardClock { clockHeardAt = now }
        return heard
    }

    /// Whole seconds since the clock was heard.
    private func elapsed(_ now: MonotonicTime) -> UInt32 {
        UInt32(clamping: (now.milliseconds - clockHeardAt.milliseconds) / 1_000)
    }
}

/// snmpEngineBoots and snmpEngineTime (RFC 3414 §2.2.1).
struct EngineClock: Hashable, Sendable {
    var boots: UInt32
    var seconds: UInt32
}
