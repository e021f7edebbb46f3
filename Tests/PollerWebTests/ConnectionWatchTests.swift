import Testing

@testable import PollerWeb

@Suite struct ConnectionWatchTests {
    @Test func `a connection is waited for as long as it is the client's turn`() {
        var watch = ConnectionWatch(largestBody: 10)
        #expect(watch.wait == .idle)
        watch.readBytes()
        #expect(watch.wait == .header)
        watch.readHeader(declaredLength: 4, endsConnection: false)
        #expect(watch.wait == .body && watch.isBodyAwaited)
        let result1 = watch.readBody(bytes: 4)
        #expect(result1)
        watch.readEnd()
        #expect(watch.wait == nil && !watch.isBodyAwaited)
        // The next request is not in time trouble while we answer this one.
        watch.readBytes()
        #expect(watch.wait == nil)
        watch.readHeader(declaredLength: 4, endsConnection: false)
        #expect(watch.wait == nil)
        let result2 = watch.endAnswer()
        #expect(!result2)
        #expect(watch.wait == .body)
        watch.readEnd()
        let result3 = watch.endAnswer()
        #expect(!result3)
        #expect(watch.wait == .idle)
    }

    @Test func `a client that reads nothing, and a connection that ends, have a time of their own`()
    {
        var watch = ConnectionWatch(largestBody: 10)
        watch.readHeader(declaredLength: nil, endsConnection: false)
        watch.readEnd()
        watch.isStalled = true
        #expect(watch.wait == .stall)
        watch.isStalled = false
        #expect(watch.wait == nil)
        watch.finish()
        #expect(watch.wait == .idle)
        watch.close()
        #expect(watch.wait == .linger)
    }

    @Test(arguments: [(10, false), (11, true)])
    func `a body that is too large ends the connection behind its answer`(
        length: Int, ends: Bool
    ) {
        var declared = ConnectionWatch(largestBody: 10)
        declared.readHeader(declaredLength: length, endsConnection: false)
        let result4 = declared.endAnswer()
        #expect(result4 == ends)
        var counted = ConnectionWatch(largestBody: 10)
        counted.readHeader(declaredLength: nil, endsConnection: false)
        let result5 = counted.readBody(bytes: length)
        #expect(result5)
        let result6 = counted.readBody(bytes: 1)
        #expect(result6 != ends)
        counted.readEnd()
        // The second part was one too many for the smaller one.
        let result7 = counted.endAnswer()
        #expect(result7)
    }

    @Test func `who wants no more than this answer gets no more`() {
        var watch = ConnectionWatch(largestBody: 10)
        watch.readHeader(declaredLength: nil, endsConnection: false)
        watch.readEnd()
        watch.readHeader(declaredLength: nil, endsConnection: true)
        watch.readEnd()
        let result8 = watch.endAnswer()
        #expect(!result8)
        let result9 = watch.endAnswer()
        #expect(result9)
    }

    @Test func `behind a body that is broken comes nothing`() {
        var watch = ConnectionWatch(largestBody: 10)
        watch.readHeader(declaredLength: nil, endsConnection: false)
        watch.breakBody()
        #expect(watch.isBroken && watch.wait == nil)
        let result10 = watch.endAnswer()
        #expect(result10)
    }
}
