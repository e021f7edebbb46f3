import PollerModel

/// Pictures that are kept, up to so many bytes. Where a new one has no room, those go that were
/// not asked for the longest.
struct PictureShelf<Key: Hashable & Sendable>: Sendable {
    /// A list from the one asked for last to the one not asked for the longest, linked by keys.
    private struct Place {
        let picture: Picture
        var newer: Key?
        var older: Key?
    }

    let capacityBytes: Int
    private(set) var bytes = 0
    /// Pictures that went because others needed their room.
    private(set) var evicted = 0
    private var places: [Key: Place] = [:]
    private var newest: Key?
    private var oldest: Key?

    init(capacityBytes: Int) { self.capacityBytes = capacityBytes }

    var count: Int { places.count }

    /// What a picture takes of the capacity.
    static func cost(of picture: Picture) -> Int {
        picture.image.bytes.count + PictureLimits.overheadBytes
    }

    /// The picture, which counts as asked for.
    mutating func picture(_ key: Key) -> Picture? {
        guard let place = places[key] else { return nil }
        if newest != key {
            unlink(place)
            link(key, place.picture)
        }
        return place.picture
    }

    /// Keeps a picture in place of the one that has this key; one that is larger than everything
    /// may be is not kept.
    mutating func keep(_ picture: Picture, as key: Key) {
        remove(key)
        let cost = Self.cost(of: picture)
        guard cost <= capacityBytes else { return }
        while bytes + cost > capacityBytes, let oldest {
            remove(oldest)
            evicted += 1
        }
        link(key, picture)
        bytes += cost
    }

    private mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        unlink(place)
        bytes -= Self.cost(of: place.picture)
    }

    /// Takes a place out of the list; it stays in the table.
    private mutating func unlink(_ place: Place) {
        if let newer = place.newer {
            places[newer]?.older = place.older
        } else {
            newest = place.older
        }
        if let older = place.older {
            places[older]?.newer = place.newer
        } else {
            oldest = place.newer
        }
    }

    /// Puts a picture at the newest end of the list.
    private mutating func link(_ key: Key, _ picture: Picture) {
        places[key] = Place(picture: picture, newer: nil, older: newest)
        if let newest { places[newest]?.newer = key } else { oldest = key }
        newest = key
    }
}
