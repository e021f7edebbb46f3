import PollerModel

/// The sample of one data source, before anything is kept of it.
struct SourceDraft {
    let source: PlannedSource
    let time: Timestamp
    let items: [DecodedSample]
    /// What is remembered of it, if it is kept.
    var memory: DeviceMemory.Source
    /// Whether it may be another row's: a counter that ran backwards, leapt, began anew or is not
    /// there any more says that something happened, and perhaps not only to this row.
    let isDoubtful: Bool

    /// - Parameter reason: why the answer is not its own, if that is known.
    init(
        _ source: PlannedSource, of answers: PollAnswers, known: DeviceMemory.Source?,
        lostFor reason: UnknownReason?
    ) {
        var kept = known ?? DeviceMemory.Source(counters: source.items.map { _ in nil })
        if let objects = kept.objects, objects != source.objects {
            kept.counters = source.items.map { _ in nil }
            kept.isBroken = true
            kept.beganAt = nil
        }
        let sample =
            if let reason {
                answers.sample(of: source, lostFor: reason)
            } else {
                answers.sample(of: source, memory: kept)
            }
        isDoubtful = zip(sample.items, kept.counters).contains {
            Self.isDoubtful($0, after: $1)
        }
        kept.objects = source.objects
        kept.beganAt = answers.discontinuity(of: source) ?? kept.beganAt
        kept.counters = sample.items.map(\.memory)
        self.source = source
        (time, items) = sample
        if items.contains(where: \.isKnown) { kept.lastKnown = time }
        memory = kept
    }

    private static func isDoubtful(_ sample: DecodedSample, after known: CounterMemory?) -> Bool {
        guard let known, case .failure(let reason) = sample.shown else { return false }
        return switch reason {
        case .counterReset, .discontinuity, .absent: true
        // Said again and again it is the speed that is wrong.
        case .rateAboveLimit: known.aboveLimit == 0
        default: false
        }
    }

    /// What is shown of it.
    var status: SourceStatus { SourceStatus(of: source, items, at: time) }
}

extension DecodedSample {
    fileprivate var isKnown: Bool { shown.success != nil }
}
