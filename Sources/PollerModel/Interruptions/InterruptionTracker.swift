/// Decides from the polls of one device, one after the other, when it and its data sources are
/// interrupted. Knows what goes on; what is over, its caller keeps.
package struct InterruptionTracker: Sendable, Hashable {
    /// Polls in a row with another reason after which it is that of the interruption: a reason
    /// that comes and goes is no news.
    package static let pollsToRevise = 3

    /// How a sample of a data source fared.
    package enum Sample: Sendable, Hashable {
        /// A value at least is known.
        case known
        /// A counter was read for the first time: nothing is lost, and nothing known yet.
        case waiting
        case lost(Interruption.Reason)
    }

    /// An interruption that goes on.
    private struct Current: Sendable, Hashable {
        let start: Timestamp
        var reason: Interruption.Reason
        var lost: Int
        /// When something was last found missing; nil when that was before a restart.
        var lastLost: Timestamp?
        var rival: Interruption.Reason?
        /// Polls in a row that were lost for the rival's reason.
        var rivalCount = 0

        /// The new reason, if it is one that lasts.
        mutating func lose(for new: Interruption.Reason, at time: Timestamp) -> Bool {
            lost += 1
            lastLost = time
            guard new.code != reason.code else {
                (rival, rivalCount) = (nil, 0)
                return false
            }
            rivalCount = rival?.code == new.code ? rivalCount + 1 : 1
            rival = new
            guard rivalCount >= InterruptionTracker.pollsToRevise else { return false }
            (reason, rival, rivalCount) = (new, nil, 0)
            return true
        }
    }

    private let device: DeviceID
    private var ofDevice: Current?
    private var ofSources: [DataSourceID: Current] = [:]
    /// When the last interruption of the device ended.
    private var answeringSince: Timestamp?

    /// - Parameter open: interruptions of the device and its data sources that went on when the
    ///   poller stopped.
    package init(of device: DeviceID, resuming open: [Interruption] = []) {
        self.device = device
        for interruption in open where interruption.end == nil {
            let current = Current(
                start: interruption.start, reason: interruption.reason, lost: interruption.lost)
            switch interruption.scope {
            case .device(device): ofDevice = current
            case .source(let source): ofSources[source] = current
            case .device, .poller: break
            }
        }
    }

    /// Whether the device or one of its data sources is interrupted.
    package var isInterrupted: Bool { ofDevice != nil || !ofSources.isEmpty }

    /// Whether the device is switched off, as far as was heard.
    package var isDisabled: Bool { ofDevice?.reason.code == Interruption.Reason.disabled.code }

    // MARK: The device

    /// The device answered.
    package mutating func answer(at time: Timestamp) -> [InterruptionChange] {
        guard let current = ofDevice else { return [] }
        let end = max(time, current.start)
        (ofDevice, answeringSince) = (nil, end)
        return [.end(.device(device), at: end, lost: current.lost)]
    }

    /// A poll gave no values at all, or no polls will come because somebody switched it off.
    ///
    /// - Parameter known: when it last answered, or when it could first have.
    package mutating func lose(
        for reason: Interruption.Reason, since known: Timestamp, at time: Timestamp
    ) -> [InterruptionChange] {
        guard var current = ofDevice else {
            return begin(reason, at: min(max(known, answeringSince ?? known), time), heard: time)
        }
        // What a person did is told apart from what happened before and afterwards.
        if isDisabled != (reason.code == Interruption.Reason.disabled.code) {
            return answer(at: time) + begin(reason, at: max(time, current.start), heard: time)
        }
        let isRevised = current.lose(for: reason, at: time)
        ofDevice = current
        return isRevised ? [.revise(.device(device), reason, lost: current.lost)] : []
    }

    private mutating func begin(
        _ reason: Interruption.Reason, at start: Timestamp, heard time: Timestamp
    ) -> [InterruptionChange] {
        // From then on their gaps are the device's.
        let ended = ofSources.sorted { $0.key < $1.key }.map { source, current in
            InterruptionChange.end(
                .source(source), at: max(start, current.start), lost: current.lost)
        }
        ofSources = [:]
        ofDevice = Current(start: start, reason: reason, lost: 1, lastLost: time)
        return ended + [.begin(.device(device), at: start, reason)]
    }

    // MARK: Its data sources

    /// A sample of a data source, taken at `time`. While the device is interrupted it has no
    /// interruption of its own.
    ///
    /// - Parameter known: of its last known value, or when it could first have had one.
    package mutating func hear(
        _ sample: Sample, of source: DataSourceID, since known: Timestamp, at time: Timestamp
    ) -> InterruptionChange? {
        guard ofDevice == nil else { return nil }
        switch (sample, ofSources[source]) {
        case (.known, nil), (.waiting, nil): return nil
        case (.known, let current?):
            ofSources[source] = nil
            // A known value holds for the time since the sample before it.
            let end = max(current.lastLost ?? time, current.start)
            return .end(.source(source), at: end, lost: current.lost)
        case (.waiting, var current?):
            current.lastLost = time
            ofSources[source] = current
            return nil
        case (.lost(let reason), nil):
            let start = min(max(known, answeringSince ?? known), time)
            ofSources[source] = Current(start: start, reason: reason, lost: 1, lastLost: time)
            return .begin(.source(source), at: start, reason)
        case (.lost(let reason), var current?):
            let isRevised = current.lose(for: reason, at: time)
            ofSources[source] = current
            return isRevised ? .revise(.source(source), reason, lost: current.lost) : nil
        }
    }

    /// How many samples of a data source gave nothing in the interruption of its own that goes on,
    /// and why; nil when there is none.
    package func loss(of source: DataSourceID) -> (lost: Int, reason: Interruption.Reason)? {
        ofSources[source].map { ($0.lost, $0.reason) }
    }

    /// Data sources that are not measured any more.
    package mutating func forget(_ sources: [DataSourceID]) {
        for source in sources { ofSources[source] = nil }
    }
}
