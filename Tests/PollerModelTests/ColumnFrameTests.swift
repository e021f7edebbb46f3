import Testing

@testable import PollerModel

@Suite struct ColumnFrameTests {
    private func rows(
        of frame: ColumnFrame, from start: Int64, to end: Int64
    ) throws -> Range<Int> {
        frame.rows(
            beginningIn: try TimeRange(
                start: Timestamp(seconds: start), end: Timestamp(seconds: end)))
    }

    @Test(
        arguments: [
            (1_000_000, 1_000_300, 0..<5), (1_000_001, 1_000_300, 1..<5),
            (1_000_000, 1_000_240, 0..<4), (1_000_000, 1_000_241, 0..<5),
            (1_000_059, 1_000_061, 1..<2), (999_000, 2_000_000, 0..<5),
        ] as [(Int64, Int64, Range<Int>)])
    func `a row counts in the range in which it begins`(
        start: Int64, end: Int64, wanted: Range<Int>
    ) throws {
        let frame = ColumnFrame(start: 1_000_000, stepSeconds: 60, count: 5)
        #expect(try rows(of: frame, from: start, to: max(end, start + 10)) == wanted)
    }

    @Test func `two ranges that follow each other share no row and leave none out`() throws {
        let frame = ColumnFrame(start: 0, stepSeconds: 43_200, count: 20)
        let (first, second) = (
            try rows(of: frame, from: 82_800, to: 169_200),
            try rows(of: frame, from: 169_200, to: 255_600)
        )
        #expect(first.upperBound == second.lowerBound)
        #expect(first.count == 2 && second.count == 2)
    }

    @Test func `a range that is shorter than a row and begins none has all that it touches`() throws
    {
        let frame = ColumnFrame(start: 1_000_000, stepSeconds: 60, count: 1)
        #expect(try rows(of: frame, from: 1_000_010, to: 1_000_050) == 0..<1)
    }
}
