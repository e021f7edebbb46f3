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
    static func value(at place: Int, of values: [Double]) -> Double {
        var rest = values
        if values.contains(where: \.isInfinite) {
            sort(&rest)
            return rest[place]
        }
        let first = rest.partition { !$0.isNaN }
        guard place >= first else { return .nan }
        return rest.withUnsafeMutableBufferPointer { all in
            var part = UnsafeMutableBufferPointer(rebasing: all[first...])
            var place = place - first
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
