import Foundation
import PollerDefinitions
import PollerModel
import TestSupport
import Testing

@testable import PollerRRD

/// Every check of the guard, on both sides of its limit.
@Suite struct HeadGuardTests {
    private typealias Edit = (inout HeadFixture) -> Void

    private func expect(
        _ what: String, _ definitions: [String] = HeadFixture.simple, good: [Edit] = [],
        bad: [Edit]
    ) throws {
        let fixture = try HeadFixture(definitions)
        #expect(fixture.flaw() == nil)
        for (number, edit) in good.enumerated() {
            var copy = fixture
            edit(&copy)
            #expect(copy.flaw() == nil, "\(what): good \(number)")
        }
        for (number, edit) in bad.enumerated() {
            var copy = fixture
            edit(&copy)
            #expect(copy.flaw() != nil, "\(what): bad \(number)")
        }
    }

    @Test func `cookies and versions tell what a file is`() throws {
        let version = HeadLayout.versionOffset
        try expect(
            "version",
            good: [{ $0.set(version, "0004", room: 5) }, { $0.set(version, "0005", room: 5) }],
            bad: [
                { $0.set(version, "0000", room: 5) }, { $0.set(version, "0006", room: 5) },
                { $0.set(version, "99%n", room: 5) }, { $0.set(version, "00031", room: 5) },
                { $0.bytes[0] = 0x72 }, { $0.bytes[3] = 1 },
                { $0.set(HeadLayout.floatCookieOffset, number: 8.642135E131) },
            ])
        var foreign = try HeadFixture()
        foreign.bytes[0] = 0
        #expect(foreign.flaw() == .foreign)
    }

    @Test func `files of other machines are told by where their numbers lie`() throws {
        let fixture = try HeadFixture()
        // A 32-bit machine puts the float cookie behind 12 bytes, a big-endian one turns it round.
        var small = fixture
        small.bytes.removeSubrange(12..<16)
        #expect(small.flaw() == .otherMachine)
        var big = fixture
        big.set(
            HeadLayout.floatCookieOffset, fixture.word(HeadLayout.floatCookieOffset).byteSwapped)
        #expect(big.flaw() == .otherMachine)
        // 32-bit ARM aligns it as we do, but its counts are half as wide.
        var arm = fixture
        arm.set(HeadLayout.sourceCountOffset, 2 | 3 << 32)
        arm.set(HeadLayout.archiveCountOffset, 60)
        #expect(arm.flaw() != nil)
    }

    @Test func `counts are bounded, and the largest are taken`() throws {
        func sources(_ count: Int) -> [String] {
            (0..<count).map { "DS:s\($0):GAUGE:120:U:U" } + ["RRA:AVERAGE:0.5:1:2"]
        }
        #expect(try HeadFixture(sources(1_000)).flaw() == nil)
        #expect(throws: HeadGuard.Flaw.self) { try HeadFixture(sources(1_001)) }
        func archives(_ count: Int) -> [String] {
            ["DS:s:GAUGE:120:U:U"] + (1...count).map { "RRA:AVERAGE:0.5:\($0):2" }
        }
        #expect(try HeadFixture(archives(500)).flaw() == nil)
        #expect(throws: HeadGuard.Flaw.self) { try HeadFixture(archives(501)) }
        try expect(
            "counts",
            bad: [
                { $0.set(HeadLayout.sourceCountOffset, 0) },
                { $0.set(HeadLayout.archiveCountOffset, 0) },
                { $0.set(HeadLayout.sourceCountOffset, .max) },
                { $0.set(HeadLayout.sourceCountOffset, 1) },
                { $0.set(HeadLayout.archiveCountOffset, 4) },
            ])
    }

    @Test func `steps and heartbeats are those of samples`() throws {
        let year: UInt64 = 366 * 86_400
        let step = HeadLayout.stepOffset
        try expect(
            "step",
            good: [
                { fixture in
                    fixture.set(step, 1)
                    for source in 0..<2 {
                        let state = fixture.layout.sourceState(source)
                        fixture.set(state + HeadLayout.SourceState.unknownSeconds, 0)
                    }
                }, { $0.set(step, year) },
            ],
            bad: [{ $0.set(step, 0) }, { $0.set(step, year + 1) }, { $0.set(step, .max) }])
        let layout = try HeadFixture().layout
        let heartbeat = layout.source(1) + HeadLayout.Source.heartbeat
        try expect(
            "heartbeat", good: [{ $0.set(heartbeat, 1) }, { $0.set(heartbeat, 10 * year) }],
            bad: [{ $0.set(heartbeat, 0) }, { $0.set(heartbeat, 10 * year + 1) }])
    }

    @Test func `names and kinds of data sources are what librrd takes`() throws {
        let layout = try HeadFixture().layout
        let (first, second) = (layout.source(0), layout.source(1))
        try expect(
            "name", good: [{ $0.set(first, "aZ_09-aZ_09-aZ_09-x") }],
            bad: [
                { $0.set(first, "") }, { $0.set(first, "a b") }, { $0.set(first, "é") },
                { $0.set(first, "%n") }, { $0.set(first, "aZ_09-aZ_09-aZ_09-xy") },
                { $0.set(first, "out") }, { $0.set(second, "in") },
            ])
        let kind = first + HeadLayout.Source.kind
        let kinds = ["GAUGE", "COUNTER", "DERIVE", "ABSOLUTE", "DCOUNTER", "DDERIVE"]
        try expect(
            "kind", good: kinds.map { text -> Edit in { $0.set(kind, text) } },
            bad: ["", "gauge", "COUNTERS", "GAUGEGAUGEGAUGEGAUGE"].map { text -> Edit in
                { $0.set(kind, text) }
            })
        var computed = try HeadFixture()
        computed.set(kind, "COMPUTE")
        #expect(computed.flaw() == .computed(source: "in"))
    }

    @Test func `archives fit the file`() throws {
        let layout = try HeadFixture().layout
        let archive = layout.archive(1)
        let steps = archive + HeadLayout.Archive.stepsPerRow
        let rows = archive + HeadLayout.Archive.rows
        let share = archive + HeadLayout.Archive.unknownShare
        try expect(
            "archive",
            good: [
                { $0.set(steps, 1) }, { $0.set(steps, 10_000_000) }, { $0.set(share, number: 0.0) },
                { $0.set(share, number: 0.999) }, { $0.set(layout.pointer(1), 9) },
                { $0.set(archive, "MIN") },
            ],
            bad: [
                { $0.set(steps, 0) }, { $0.set(steps, 10_000_001) }, { $0.set(share, number: 1.0) },
                { $0.set(share, number: -0.1) }, { $0.set(share, number: Double.nan) },
                { $0.set(layout.pointer(1), 10) }, { $0.set(layout.pointer(1), .max) },
                { $0.set(archive, "AVG") }, { $0.set(archive, "AVERAGEAVERAGEAVERAGE") },
                { $0.set(archive, "") }, { $0.set(rows, 0) }, { $0.set(rows, 9) },
                { $0.set(rows, 11) }, { $0.set(rows, 10_000_001) }, { $0.set(rows, 1 << 61) },
            ])
        // As much as a profile may ask for: rows of a hundred thousand days each.
        let span = HeadLayout.Archive.stepsPerRow + layout.archive(0)
        try expect(
            "span",
            good: [
                {
                    $0.set(HeadLayout.stepOffset, 86_400); $0.set(span, 100_000)
                },
                {
                    $0.set(HeadLayout.stepOffset, 366 * 86_400); $0.set(span, 10_000_000)
                },
            ], bad: [])
    }

    @Test func `an archive of a forecast depends on one of the right kind`() throws {
        let fixture = try HeadFixture(HeadFixture.forecast)
        let layout = fixture.layout
        // The order in which librrd adds them (rrd_create.c: create_hw_contingent_rras).
        let (prediction, season, seasonalDeviation, deviation, failures) = (
            layout.archive(1), layout.archive(2), layout.archive(3), layout.archive(4),
            layout.archive(5)
        )
        for (place, name) in [
            (prediction, "HWPREDICT"), (season, "SEASONAL"), (seasonalDeviation, "DEVSEASONAL"),
            (deviation, "DEVPREDICT"), (failures, "FAILURES"),
        ] {
            let text = fixture.bytes.withUnsafeBytes { bytes in
                bytes.text(place, limit: 20).map { String(decoding: $0, as: UTF8.self) }
            }
            try #require(text == name)
        }
        let dependent = 64
        try expect(
            "dependent", HeadFixture.forecast,
            bad: [prediction, season, seasonalDeviation, deviation, failures].flatMap { place in
                [UInt64(0), 6, .max, 1 << 61].map { number -> Edit in
                    { $0.set(place + dependent, number) }
                }
            } + [{ $0.set(prediction + dependent, 3) }, { $0.set(failures + dependent, 2) }])
        let (window, threshold) = (failures + 72, failures + 80)
        try expect(
            "window", HeadFixture.forecast,
            good: [
                { $0.set(window, 28) },
                {
                    $0.set(window, 1); $0.set(threshold, 1)
                },
                {
                    $0.set(window, 28); $0.set(threshold, 28)
                },
            ],
            bad: [
                { $0.set(window, 29) }, { $0.set(window, 0) }, { $0.set(window, .max) },
                { $0.set(threshold, 0) },
                {
                    $0.set(window, 5); $0.set(threshold, 6)
                },
            ])
        try expect(
            "factors", HeadFixture.forecast,
            good: [{ $0.set(prediction + 48, number: 0.0) }, { $0.set(season + 48, number: 1.0) }],
            bad: [
                { $0.set(prediction + 48, number: 1.5) },
                { $0.set(prediction + 56, number: Double.nan) },
                { $0.set(season + 48, number: -0.5) },
                // Smoothing stands in the file from version 4 on.
                {
                    $0.set(HeadLayout.versionOffset, "0004", room: 5);
                    $0.set(season + 56, number: 1e9)
                },
            ])
    }

    @Test func `times lie between 1980 and two days from now`() throws {
        let layout = try HeadFixture().layout
        let (seconds, micros) = (layout.lastUpdate, layout.lastUpdate + 8)
        let latest = UInt64(HeadFixture.start + 2 * 86_400)
        try expect(
            "time",
            good: [
                { $0.set(seconds, 315_360_000) }, { $0.set(seconds, latest) },
                { $0.set(micros, 999_999) },
            ],
            bad: [
                { $0.set(seconds, 315_359_999) }, { $0.set(seconds, latest + 1) },
                { $0.set(seconds, .max) }, { $0.set(seconds, UInt64(Int64.max)) },
                { $0.set(micros, 1_000_000) }, { $0.set(micros, .max) },
            ])
        var ahead = try HeadFixture()
        ahead.set(seconds, latest + 1)
        #expect(ahead.flaw() == .future(seconds: 2 * 86_400 + 1))
    }

    @Test func `the state of data sources is readable`() throws {
        let layout = try HeadFixture().layout
        let state = layout.sourceState(1)
        let unknown = state + HeadLayout.SourceState.unknownSeconds
        try expect(
            "state",
            good: [
                { $0.set(state, String(repeating: "9", count: 29), room: 30) },
                { $0.set(unknown, 60) },
            ],
            bad: [
                { $0.set(state, String(repeating: "9", count: 30), room: 30) },
                { $0.set(unknown, 61) }, { $0.set(unknown, .max) },
            ])
    }

    @Test func `a file has exactly the size its head says`() throws {
        let fixture = try HeadFixture()
        let size = fixture.bytes.count
        #expect(fixture.flaw(size: size) == nil)
        #expect(
            fixture.flaw(size: size - 1) == .shorter(bytes: Int64(size) - 1, wanted: size))
        #expect(
            fixture.flaw(size: size + 1) == .otherSize(bytes: Int64(size) + 1, wanted: size))
        for count in [0, 1, 127, 128, fixture.layout.headBytes - 1] {
            var cut = fixture
            cut.bytes.removeLast(size - count)
            #expect(cut.flaw() != nil, "\(count) bytes")
        }
    }
}
