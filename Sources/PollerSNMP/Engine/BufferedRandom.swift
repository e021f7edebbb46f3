import Glibc

/// The system's random numbers, taken from the kernel many at a time.
struct BufferedRandom: RandomNumberGenerator {
    private static let count = 256
    private var numbers: [UInt64] = []

    mutating func next() -> UInt64 {
        if numbers.isEmpty {
            numbers = Array(unsafeUninitializedCapacity: Self.count) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                arc4random_buf(base, Self.count * MemoryLayout<UInt64>.size)
                count = Self.count
            }
        }
        return numbers.removeLast()
    }
}
