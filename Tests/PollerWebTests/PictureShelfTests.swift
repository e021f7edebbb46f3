import PollerModel
import TestSupport
import Testing

@testable import PollerWeb

extension Picture {
    /// So many bytes, different for each `mark`.
    static func sample(_ mark: Int, bytes: Int = 64) throws -> Picture {
        let text = Array("\(mark)".utf8)
        return Picture(
            image: GraphImage(
                bytes: text + Array(repeating: 0, count: bytes - text.count),
                plot: .init(left: 1, top: 2, width: 3, height: 4), width: 5, height: 6,
                range: try TimeRange(start: Timestamp(seconds: 0), end: Timestamp(seconds: 60))),
            contentType: "image/png")
    }
}

@Suite struct PictureShelfTests {
    /// Room for three pictures of a thousand bytes.
    private let capacity = 3 * (1_000 + PictureLimits.overheadBytes)

    @Test func `the tag is that of the bytes`() throws {
        #expect(try Picture.sample(1).tag == Picture.sample(1).tag)
        #expect(try Picture.sample(1).tag != Picture.sample(2).tag)
        let tag = try Picture.sample(1).tag
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 8)
    }

    @Test func `what fits to the byte is kept, and one byte more costs the oldest`() throws {
        var shelf = PictureShelf<Int>(capacityBytes: capacity)
        for mark in 1...3 { shelf.keep(try .sample(mark, bytes: 1_000), as: mark) }
        #expect(shelf.count == 3 && shelf.bytes == capacity)
        shelf.keep(try .sample(3, bytes: 1_001), as: 3)
        #expect(shelf.count == 2 && shelf.picture(1) == nil)
        #expect(shelf.picture(2) != nil && shelf.picture(3)?.image.bytes.count == 1_001)
    }

    @Test func `what was asked for lately stays`() throws {
        var shelf = PictureShelf<Int>(capacityBytes: capacity)
        for mark in 1...3 { shelf.keep(try .sample(mark, bytes: 1_000), as: mark) }
        #expect(shelf.picture(1) != nil)
        shelf.keep(try .sample(4, bytes: 1_000), as: 4)
        #expect(shelf.picture(2) == nil)
        #expect(shelf.picture(1) != nil && shelf.picture(3) != nil && shelf.picture(4) != nil)
    }

    @Test func `a picture larger than everything together is not kept and costs no other`() throws {
        var shelf = PictureShelf<Int>(capacityBytes: capacity)
        shelf.keep(try .sample(1), as: 1)
        shelf.keep(try .sample(2, bytes: capacity - PictureLimits.overheadBytes + 1), as: 2)
        #expect(shelf.picture(1) != nil && shelf.picture(2) == nil)
        shelf.keep(try .sample(2, bytes: capacity - PictureLimits.overheadBytes), as: 2)
        #expect(shelf.picture(1) == nil && shelf.picture(2) != nil && shelf.bytes == capacity)
    }

    @Test func `a shelf without room keeps nothing`() throws {
        var shelf = PictureShelf<Int>(capacityBytes: 0)
        shelf.keep(try .sample(1), as: 1)
        #expect(shelf.picture(1) == nil && shelf.count == 0 && shelf.bytes == 0)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `over thousands of uses it is what a plain list would be`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let capacity = 20_000
        var shelf = PictureShelf<Int>(capacityBytes: capacity)
        // Oldest first.
        var list: [(key: Int, picture: Picture)] = []
        for use in 0..<5_000 {
            let key = Int.random(in: 0..<40, using: &random)
            if Bool.random(using: &random) {
                let found = shelf.picture(key)
                let position = list.firstIndex { $0.key == key }
                #expect(found == position.map { list[$0].picture }, "seed \(seed), use \(use)")
                if let position { list.append(list.remove(at: position)) }
            } else {
                let picture = try Picture.sample(
                    use, bytes: Int.random(in: 64...6_000, using: &random))
                shelf.keep(picture, as: key)
                list.removeAll { $0.key == key }
                list.append((key, picture))
                let bytes = { list.reduce(0) { $0 + PictureShelf<Int>.cost(of: $1.picture) } }
                while bytes() > capacity { list.removeFirst() }
                #expect(shelf.bytes == bytes() && shelf.count == list.count, "seed \(seed)")
            }
        }
    }
}
