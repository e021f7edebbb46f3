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
