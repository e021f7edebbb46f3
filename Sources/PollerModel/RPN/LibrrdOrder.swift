/// The order in which librrd 1.7.2 sorts: the unknown first, then from the smallest to the largest.
///
/// Where there are infinities, its comparison (`rpn_compare_double`, `vdef_percent_compar`) says of
/// two values now this and now that, and what comes out is left to the C library's `qsort`. So
/// that numbers agree then too, they are merged as that does.
enum LibrrdOrder {
    static func sort(_ values: inout [Double]) {
        if values.contains(where: \.isInfinite) {
            var room = values
            merge(&values, values.startIndex..<values.endIndex, &room)
        } else {
            let first = values.partition { !$0.isNaN }
            values[first...].sort()
        }
    }

    /// What stands at a place once all are sorted. Only the part of them that has it is looked
    /// through again and again, so that a place among many costs a few passes.
    static func value(at place: Int, of values: ArraySlice<Double>) -> Double {
        guard values.withUnsafeBufferPointer(hasInfinities) else {
            return finiteValue(at: place, of: values)
        }
        var sorted = Array(values)
        sort(&sorted)
        return sorted[place]
    }

    /// The same among those that are known, which are all but `unknown`.
    static func knownValue(
        at place: Int, of values: ArraySlice<Double>, unknown: Int
    ) -> Double {
        guard values.withUnsafeBufferPointer(hasInfinities) else {
            return finiteValue(at: unknown + place, of: values)
        }
        // Where order is by chance, the unknown among them would be another one.
        return value(at: place, of: values.filter { !$0.isNaN }[...])
    }

    private static func finiteValue(at place: Int, of values: ArraySlice<Double>) -> Double {
        values.withUnsafeBufferPointer { values in
            if values.count >= many, let found = sampled(place, of: values) { return found }
            var rest = Array(values)
            let first = rest.partition { !$0.isNaN }
            return place < first ? .nan : select(place - first, of: &rest[first...])
        }
    }

    /// Counted rather than looked for, which takes no branch.
    private static func hasInfinities(_ values: UnsafeBufferPointer<Double>) -> Bool {
        var count = 0
        for value in values { count &+= value.magnitude == .infinity ? 1 : 0 }
        return count > 0
    }

    /// - Parameter values: finite; afterwards in another order.
    private static func select(_ place: Int, of values: inout ArraySlice<Double>) -> Double {
        values.withUnsafeMutableBufferPointer { all in
            var part = all
            var place = place
            for _ in 0..<mostPasses where part.count > fewEnough {
                let pivot = middle(part[0], part[part.count / 2], part[part.count - 1])
                let smaller = part.partition { $0 >= pivot }
                guard place >= smaller else {
                    part = UnsafeMutableBufferPointer(rebasing: part[..<smaller])
                    continue
                }
                part = UnsafeMutableBufferPointer(rebasing: part[smaller...])
                place -= smaller
                let equal = part.partition { $0 > pivot }
                guard place >= equal else { return pivot }
                part = UnsafeMutableBufferPointer(rebasing: part[equal...])
                place -= equal
            }
            part.sort()
            return part[place]
        }
    }

    /// So many values are worth a sample.
    static let many = 4_096
    private static let sampleSize = 1_024
    /// Places of the sample to either side between which the wanted one is expected.
    private static let sampleMargin = 32

    /// The same with one pass over all: a sample tells between which two values the wanted one lies,
    /// and only what lies there is looked through. Nil where the sample was wrong; values that are
    /// ordered, or that come again and again, may bring that about.
    private static func sampled(
        _ place: Int, of values: UnsafeBufferPointer<Double>
    ) -> Double? {
        let distance = values.count / sampleSize
        var sample: [Double] = []
        sample.reserveCapacity(sampleSize + 1)
        for place in stride(from: 0, to: values.count, by: distance) {
            sample.append(values[place])
        }
        sort(&sample)
        let middle = place * sample.count / values.count
        let lower = sample[max(0, middle - sampleMargin)]
        let upper = sample[min(sample.count - 1, middle + sampleMargin)]
        guard !lower.isNaN, lower < upper else { return nil }
        var before = 0
        var between = [Double](unsafeUninitializedCapacity: values.count / 4 + 1) { room, filled in
            // Without a branch, as each would often be guessed wrong. What is unknown comes before all.
            let last = room.count - 1
            for value in values {
                let isBehind = value >= lower
                before &+= isBehind ? 0 : 1
                room.initializeElement(at: filled, to: value)
                filled &+= (isBehind && value <= upper && filled < last) ? 1 : 0
            }
        }
        let rest = place - before
        guard between.indices.contains(rest), between.count < values.count / 4 else {
            return nil
        }
        return select(rest, of: &between[...])
    }

    /// Values that are sorted rather than parted.
    private static let fewEnough = 32
    /// Passes after which what is left is sorted: values may lie so that each pass gains little.
    private static let mostPasses = 64

    private static func middle(_ one: Double, _ two: Double, _ three: Double) -> Double {
        max(min(one, two), min(max(one, two), three))
    }

    /// As `msort_with_tmp` of glibc 2.36 (stdlib/msort.c).
    private static func merge(
        _ values: inout [Double], _ range: Range<Int>, _ room: inout [Double]
    ) {
        guard range.count > 1 else { return }
        let middle = range.lowerBound + range.count / 2
        merge(&values, range.lowerBound..<middle, &room)
        merge(&values, middle..<range.upperBound, &room)
        var (left, right) = (range.lowerBound, middle)
        for position in range {
            let takesLeft =
                right == range.upperBound
                || left < middle && !comesBehind(values[left], values[right])
            room[position] = takesLeft ? values[left] : values[right]
            if takesLeft { left += 1 } else { right += 1 }
        }
        for position in range { values[position] = room[position] }
    }

    /// Whether librrd says that `one` is larger than `other`.
    private static func comesBehind(_ one: Double, _ other: Double) -> Bool {
        if one.isNaN { return false }
        if other.isNaN { return true }
        if one.isInfinite { return one > 0 }
        // Here is the mistake: of a number and infinity, the number is the larger one.
        if other.isInfinite { return other > 0 }
        return one > other
    }
}
