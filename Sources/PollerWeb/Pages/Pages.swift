import PollerModel

/// Which part of a list a page shows, and where its neighbours are.
struct Pages {
    let range: Range<Int>
    let previous: String?
    let next: String?
    let text: String

    init(count: Int, size: Int, page: Int, path: String, parameters: [(String, String)]) {
        let last = max(1, (count + size - 1) / size)
        let page = min(max(1, page), last)
        range = min(count, (page - 1) * size)..<min(count, page * size)
        let address = { (page: Int) in
            URLText.address(path, parameters + [("page", String(page))])
        }
        previous = page > 1 ? address(page - 1) : nil
        next = page < last ? address(page + 1) : nil
        text = range.isEmpty ? "0" : "\(range.lowerBound + 1)–\(range.upperBound) of \(count)"
    }
}
