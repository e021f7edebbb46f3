import Glibc
import PollerModel
import Testing

@testable import PollerRRD

@Suite struct DiskTrustTests {
    private let fault = SystemError(code: EIO, operation: "brought to the disk")
    private func time(_ seconds: Int64) -> MonotonicTime {
        MonotonicTime(milliseconds: seconds * 1_000)
    }

    @Test func `what the disk refused once is written again at once, and trusted when it arrived`()
    {
        var disk = DiskTrust()
        #expect(disk.hear(.synced, at: time(0)).isEmpty && disk.isSound)
        #expect(disk.hear(.failed(fault), at: time(1)) == [.failed(fault), .writeAgain])
        #expect(!disk.isSound)
        #expect(disk.hear(nil, at: time(1)).isEmpty)
        #expect(disk.hear(.synced, at: time(2)) == [.recovered])
        #expect(disk.isSound && disk.hear(.synced, at: time(3)).isEmpty)
    }

    @Test func `a disk that goes on refusing is tried every half minute, and never called sound`() {
        var disk = DiskTrust()
        var writes: [Int64] = []
        for second in Int64(0)...100 {
            let consequences = disk.hear(.failed(fault), at: time(second))
            #expect(!consequences.contains(.recovered) && !disk.isSound)
            if consequences.contains(.writeAgain) { writes.append(second) }
        }
        // Each refusal begins the half minute anew, so only silence lets it pass.
        #expect(writes == [0])
        #expect(disk.hear(nil, at: time(129)).isEmpty)
        #expect(disk.hear(nil, at: time(130)) == [.writeAgain])
    }
}
