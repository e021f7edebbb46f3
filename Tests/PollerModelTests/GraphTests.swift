import Foundation
import TestSupport
import Testing

@testable import PollerModel

@Suite struct GraphPlannerTests {
    private func script(
        width: Int = 700, hasLegend: Bool = true, note: GraphNote? = nil, title: String? = nil,
        hours: Int64 = 1
    ) throws -> GraphScript {
        let fixture = try CatalogueFixture()
        let definition = fixture.device(interfaces: ["ge-0"])
        var graph = definition.graphs[0]
        if let title { graph.givenTitle = title }
        let now = fixture.created.advanced(seconds: 10 * 86_400)
        let subject = try #require(
            GraphSubject(graph: graph, of: definition, catalogue: fixture.catalogue))
        let range = try TimeRange(start: now.advanced(seconds: -hours * 3_600), end: now)
        let request = try GraphRequest(range: range, width: width, hasLegend: hasLegend)
        let situation = GraphSituation(now: now, zoneOffset: { _ in 0 }, note: note)
        let reads = GraphPlanner.reads(for: subject, request, situation)
        let answers = reads.all.map { read in
            Result<RoundRobinSeries, StoreFailure>.success(
                RoundRobinSeries(answering: read, names: ["traffic_in", "traffic_out"]) { _, end in
                    Double(end / 60 % 100)
                })
        }
        return GraphPlanner.plan(
            subject, request, situation, rows: GraphRows(reads, answers, range: range)
        ).script
    }

    private func comments(_ script: GraphScript) -> [String] {
        script.elements.compactMap { element in
            if case .comment(let text, _) = element { text } else { nil }
        }
    }

    @Test func `a thumbnail has no title, legend or numbers`() throws {
        let script = try script(width: 320, hasLegend: false)
        #expect(script.title.isEmpty && comments(script).isEmpty)
        #expect(!script.elements.contains { $0.legend != nil })
        #expect(try !comments(self.script(width: 320)).isEmpty)
    }

    @Test func `an empty graph shows its reason instead of numbers`() throws {
        let script = try script(note: GraphNote(text: "No data yet: wait", isEmpty: true))
        #expect(comments(script).filter { !$0.isEmpty } == ["No data yet: wait"])
        let told = try self.script(
            note: GraphNote(text: "No data: off", isEmpty: true, fix: "switch it on"))
        #expect(
            comments(told).filter { !$0.isEmpty } == ["No data: off", "What to do: switch it on"])
        // Where values are shown, or there is no room, what is wrong is enough.
        let partly = try self.script(
            note: GraphNote(text: "No data: off", isEmpty: false, fix: "switch it on"))
        #expect(!comments(partly).contains("What to do: switch it on"))
        let narrow = try self.script(
            width: GraphLimits.narrowWidth - 1,
            note: GraphNote(text: "No data: off", isEmpty: true, fix: "switch it on"))
        #expect(!comments(narrow).contains("What to do: switch it on"))
        #expect(script.elements.compactMap(\.legend) == ["Inbound", "Outbound"])
        #expect(try comments(self.script()).contains { $0.contains("Average") })
    }

    @Test func `maxima come from the MAX archive where a row is more than a step`() throws {
        func reads(hours: Int64) throws -> [String] {
            try script(hours: hours).elements.compactMap { element in
                guard case .read(_, let origin) = element else { return nil }
                return "\(origin.source) \(origin.function.rawValue) \(origin.rowSeconds)"
            }
        }
        #expect(
            try reads(hours: 100) == [
                "traffic_in AVERAGE 3600", "traffic_in MAX 3600", "traffic_out AVERAGE 3600",
                "traffic_out MAX 3600",
            ])
        #expect(try reads(hours: 1) == ["traffic_in AVERAGE 60", "traffic_out AVERAGE 60"])
    }

    @Test func `long titles and notes are made to fit`() throws {
        let long = String(repeating: "word ", count: 60)
        let script = try script(
            width: 300, note: GraphNote(text: long, isEmpty: false), title: long)
        // The middle is left out, so that titles that differ at their ends still do.
        #expect(script.hasSmallTitle && script.title.count == 37 && script.title.contains("…"))
        #expect(script.title.hasPrefix("word word") && script.title.hasSuffix("word "))
        let lines = comments(script).filter { $0.hasPrefix("word") }.map(\.count)
        #expect(lines.count > 3 && lines.allSatisfy { $0 <= 54 })
    }

    @Test func `of a long title the device, the kind and the row are all left`() throws {
        let device = "sentry3-pdu-building-07-room-1.14-rack-2.dc1.example.net"
        let title = "\(device) - Energy of input feed - Input feed 15 of the rack in this room"
        let short = try script(width: 500, title: title).title
        #expect(short.hasPrefix("sentry3") && short.contains(" - Energy of input feed - "))
        #expect(short.hasSuffix("this room") && short.count(where: { $0 == "…" }) == 2)
        #expect(try script(width: 1_600, title: title).title == title)
        #expect(try !script(title: "core-1 - CPU").hasSmallTitle)
    }
}

@Suite struct GraphRequestTests {
    private let range = try? TimeRange(
        start: Timestamp(seconds: 1_000), end: Timestamp(seconds: 5_000))

    @Test(arguments: [
        (100, 20, 1, true), (99, 20, 1, false), (4_000, 2_000, 1, true), (4_001, 200, 1, false),
        (700, 19, 1, false), (700, 2_001, 1, false), (2_000, 1_000, 2, true),
        (2_001, 200, 2, false), (700, 200, 3, false), (700, 200, 0, false),
    ])
    func `sizes are bounded on both sides`(width: Int, height: Int, scale: Int, isAllowed: Bool)
        throws
    {
        let range = try #require(range)
        let request = try? GraphRequest(range: range, width: width, height: height, scale: scale)
        #expect((request != nil) == isAllowed)
    }

    @Test(
        arguments: [
            (0, 10, true), (0, 9, false), (0, 40 * 366 * 86_400, true),
            (0, 40 * 366 * 86_400 + 1, false),
            (100, 100, false), (200, 100, false), (-1, 100, false),
            (4_102_444_000, 4_102_444_800, true), (4_102_444_000, 4_102_444_801, false),
        ] as [(Int64, Int64, Bool)])
    func `ranges are bounded on both sides`(start: Int64, end: Int64, isAllowed: Bool) {
        let range = try? TimeRange(start: Timestamp(seconds: start), end: Timestamp(seconds: end))
        #expect((range != nil) == isAllowed)
    }
}

@Suite struct GraphNoteTests {
    private struct Status: PollStatus {
        var deviceStatus = DeviceStatus()
        var sourceStatus: SourceStatus?
        var startedAt: Timestamp
        func device(_ id: DeviceID) -> DeviceStatus { deviceStatus }
        func source(_ id: DataSourceID) -> SourceStatus? { sourceStatus }
        func summary() -> PollSummary { PollSummary(startedAt: startedAt) }
    }

    /// The note of a graph that was added `age` seconds ago, for the last `seconds`.
    private func note(
        age: Int64 = 100_000, seconds: Int64 = 3_600, startedAgo: Int64 = 200_000,
        absent: Set<String> = [], findings: [ArchiveFinding]? = nil, silence: Int64? = nil,
        audience: GraphNote.Audience = .people, showsNothing: Bool = false,
        _ change: (inout Status) -> Void = { _ in }
    ) throws -> GraphNote? {
        let (circumstances, range) = try circumstances(
            age: age, seconds: seconds, startedAgo: startedAgo, absent: absent,
            findings: findings, silence: silence, change)
        return GraphNote.note(
            on: range, circumstances, audience: audience, showsNothing: showsNothing
        ) { $0.rfc3339 }
    }

    private func circumstances(
        age: Int64, seconds: Int64, startedAgo: Int64, absent: Set<String>,
        findings: [ArchiveFinding]?, silence: Int64?, _ change: (inout Status) -> Void
    ) throws -> (GraphNote.Circumstances, TimeRange) {
        let fixture = try CatalogueFixture()
        let now = fixture.created.advanced(seconds: age)
        var status = Status(startedAt: now.advanced(seconds: -startedAgo))
        status.sourceStatus = SourceStatus(
            items: [.init(name: "traffic_in", raw: 1, shown: .success(1))], sampledAt: now)
        status.sourceStatus?.lastKnown = now
        status.sourceStatus?.lastStored = now
        status.deviceStatus.lastPoll = now
        status.deviceStatus.lastAnswer = now
        change(&status)
        let definition = fixture.device(interfaces: ["ge-0"], absent: absent)
        let circumstances = try #require(
            GraphNote.Circumstances(
                source: definition.dataSources[0], of: definition, catalogue: fixture.catalogue,
                status: status, findings: findings, silenceMilliseconds: silence, now: now))
        return (
            circumstances, try TimeRange(start: now.advanced(seconds: -seconds), end: now)
        )
    }

    @Test func `a healthy graph has none`() throws { #expect(try note() == nil) }

    @Test func `silence is explained by the device's failure`() throws {
        let note = try note {
            $0.deviceStatus.failure = .portClosed(port: 161)
            $0.deviceStatus.failingSince = Timestamp(seconds: 1_700_000_000)
        }
        #expect(
            note?.text
                == "No data: the host answered that UDP port 161 is closed since "
                + "2023-11-14T22:13:20Z")
        #expect(note?.isEmpty == false && note?.reason == "port_closed")
        #expect(note?.fix?.hasPrefix("start the SNMP agent") == true)
    }

    @Test func `a new graph says what it waits for`() throws {
        let first = try note(age: 5, seconds: 600) {
            $0.sourceStatus = nil
            $0.deviceStatus.lastPoll = nil
        }
        #expect(first?.isEmpty == true && first?.stage == .scheduled)
        #expect(first?.text.hasPrefix("No data yet: the first poll is due by") == true)
        // On a device that is polled already.
        let added = try note(age: 5, seconds: 600) { $0.sourceStatus = nil }
        #expect(
            added?.text.hasPrefix("No data yet: no sample of it has come since it was added; ")
                == true)
        let second = try note(age: 30, seconds: 600) {
            $0.sourceStatus?.items = [
                .init(name: "traffic_in", raw: 1, shown: .failure(.firstSample))
            ]
            $0.sourceStatus?.lastKnown = nil
        }
        #expect(second?.isEmpty == true)
        #expect(second?.text == "No data yet: \(UnknownReason.firstSample.words)")
    }

    @Test func `after a restart of the poller nothing is said to be missing`() throws {
        #expect(try note(startedAgo: 5) { $0.sourceStatus = nil } == nil)
        // Unless the range turns out to have nothing.
        let nothing = try note(startedAgo: 5, showsNothing: true) { $0.sourceStatus = nil }
        #expect(nothing?.text.contains("since pollerd started") == true)
    }

    @Test func `a vanished row, a disabled device and a refused value are said`() throws {
        #expect(
            try note(absent: ["ge-0"])?.text
                == "No data: the device does not list index 1 any more, so it is not asked")
        let refused = try note {
            $0.sourceStatus?.items = [
                .init(name: "traffic_in", raw: nil, shown: .failure(.agentRestarted))
            ]
        }
        #expect(
            refused?.text
                == "The newest sample is not known: the agent restarted since the sample before")
    }

    @Test func `a picture says what the explanation says first, whatever is wrong`() throws {
        let object = OID([1, 3, 6, 1])
        let faults: [(inout Status) -> Void] = [
            { $0.deviceStatus.failure = .noAnswer(attempts: 3, milliseconds: 4_500) },
            { $0.deviceStatus.failure = .unknownUser(name: "ann") },
            { $0.sourceStatus?.storeFailure = .clockDoubted(path: "rrd/1/1.rrd") },
            {
                $0.sourceStatus?.items = [
                    .init(
                        name: "traffic_in", raw: nil,
                        shown: .failure(.absent(object: object, exception: "noSuchInstance")))
                ]
            },
            { _ in },
        ]
        for (number, fault) in faults.enumerated() {
            let findings = number == faults.count - 1 ? [ArchiveFinding.missing] : []
            let (state, range) = try circumstances(
                age: 100_000, seconds: 3_600, startedAgo: 200_000, absent: [],
                findings: findings, silence: nil, fault)
            let note = try #require(GraphNote.note(on: range, state) { $0.rfc3339 })
            let chain = Explanation(
                kind: .dataSource, id: 1, title: "",
                links: SourceExplanation(state.facts) { $0.rfc3339 }.links)
            #expect(note.text.hasSuffix(": \(chain.headline)"), "\(note.text)")
            #expect(note.reason == chain.broken?.reason && note.stage == chain.broken?.stage)
            #expect(note.fix == chain.broken?.fix.map(GraphNote.short))
        }
    }

    @Test func `strangers hear of the device, and neither of the daemon nor what to do`() throws {
        let down = try note(audience: .strangers) {
            $0.deviceStatus.failure = .portClosed(port: 161)
        }
        #expect(down?.text == "No data: the host answered that UDP port 161 is closed")
        #expect(down?.fix == nil)
        #expect(try note(silence: 60_000)?.reason == ExplainLink.pollerStalled)
        #expect(try note(silence: 60_000, audience: .strangers) == nil)
        #expect(try note(findings: [.missing])?.stage == .written)
        #expect(try note(findings: [.missing], audience: .strangers) == nil)
        let lost = StoreFailure.failed(
            path: "rrd/3/7.rrd", operation: "opened", detail: "Permission denied")
        for audience in [GraphNote.Audience.people, .strangers] {
            let isTold = audience == .people
            let unwritten = try note(audience: audience) { $0.sourceStatus?.storeFailure = lost }
            #expect((unwritten?.text.contains("rrd/3/7.rrd") ?? false) == isTold)
            for failure in [
                SNMPFailure.unknownUser(name: "ann"), .localFault(detail: "no descriptor is left"),
                .nameNotResolved(name: "sw1.example.net", detail: "not known"),
                .strayAnswer(
                    .otherPlace(IPAddress(v4: 0xc000_0201), port: 161), attempts: 1,
                    milliseconds: 300),
            ] {
                let told = try note(audience: audience) { $0.deviceStatus.failure = failure }
                #expect((told != nil) == isTold, "\(failure)")
                // Nor is it told once it is over.
                let words = Self.told(.init(failure), to: audience)
                #expect(words.contains(failure.words) == isTold, "\(words)")
            }
        }
        let refusal = UnknownReason.notWritten(lost)
        #expect(Self.told(.init(refusal), to: .people).contains("rrd/3/7.rrd"))
        #expect(!Self.told(.init(refusal), to: .strangers).contains("rrd/3/7.rrd"))
        let silent = SNMPFailure.noAnswer(attempts: 3, milliseconds: 4_500)
        #expect(Self.told(.init(silent), to: .strangers).contains("nothing answered"))
    }

    /// What is said of a gap of which this was the reason.
    private static func told(
        _ reason: Interruption.Reason, to audience: GraphNote.Audience
    ) -> String {
        let (start, end) = (Timestamp(seconds: 6_000), Timestamp(seconds: 9_000))
        let interruption = Interruption(
            id: InterruptionID(1), scope: .device(DeviceID(1)), start: start, end: end,
            reason: reason)
        return GapText.sentences(
            for: [GapText.Gap(start: start, end: end)],
            [GraphNote.told(interruption, to: audience)], rowSeconds: 60,
            clock: { "\($0.seconds)" }
        ).joined()
    }

    @Test func `what to do is cut at a blank where it is too long for a picture`() {
        let word = String(repeating: "x", count: 9)
        let whole = Array(repeating: word, count: 24).joined(separator: " ") + "x"
        #expect(whole.count == GraphNote.longestFix && GraphNote.short(whole) == whole)
        let cut = GraphNote.short(whole + "x")
        #expect(cut.count <= GraphNote.longestFix && cut.hasSuffix("x …"))
    }

    @Test(arguments: [(1_000, true), (3_700, false)] as [(Int64, Bool)])
    func `a range whose rows are longer than the graph is old is explained`(
        age: Int64, isEmpty: Bool
    ) throws {
        let note = try note(age: age, seconds: 30 * 86_400)
        #expect((note?.isEmpty ?? false) == isEmpty)
    }

    @Test func `the first point of a new graph is waited for, not missed`() throws {
        // Of steps of 60 s; the first row that is half there ends 40 s after the beginning.
        let young = try note(age: 150, showsNothing: true)
        #expect(young?.isWaiting == true && young?.isEmpty == true)
        #expect(young?.text.contains("covers 1 min") == true, "\(young?.text ?? "")")
        #expect(try note(age: 150) == nil)
        #expect(try note(age: 300, showsNothing: true)?.isWaiting != true)
    }

    @Test func `before the beginning there is nothing`() throws {
        let fixture = try CatalogueFixture()
        let now = fixture.created.advanced(seconds: 100_000)
        let definition = fixture.device(interfaces: ["ge-0"])
        let circumstances = try #require(
            GraphNote.Circumstances(
                source: definition.dataSources[0], of: definition, catalogue: fixture.catalogue,
                status: Status(startedAt: now), now: now))
        let range = try TimeRange(
            start: fixture.created.advanced(seconds: -900), end: fixture.created)
        #expect(GraphNote.note(on: range, circumstances) { $0.rfc3339 }?.isEmpty == true)
    }
}

@Suite struct ThemeTests {
    /// WCAG 2.2, relative luminance.
    private func luminance(_ color: Color) -> Double {
        let channel = { (byte: UInt8) -> Double in
            let value = Double(byte) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channel(color.red) + 0.7152 * channel(color.green) + 0.0722
            * channel(color.blue)
    }

    @Test(arguments: GraphTheme.allCases, SeriesColor.allCases)
    func `every series keeps 3 to 1 against its canvas`(theme: GraphTheme, color: SeriesColor) {
        let pair = [luminance(theme.color(color)), luminance(theme.background)].sorted()
        #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 3)
    }
}
