import HTTPTypes

/// Which methods an address takes, by the table of all routes (`AccessTable`).
enum RouteMethods {
    private struct Route {
        let segments: [Substring]
        let methods: [String]
    }

    private static let routes: [Route] = {
        var methods: [Substring: [String]] = [:]
        for route in AccessTable.permissions.keys {
            let parts = route.split(separator: " ", maxSplits: 1)
            methods[parts[1], default: []].append(String(parts[0]))
            if parts[0] == "GET" { methods[parts[1], default: []].append("HEAD") }
        }
        return methods.map {
            Route(segments: $0.key.split(separator: "/"), methods: $0.value.sorted())
        }
    }()

    /// nil when there is no such address.
    static func allowed(at path: String) -> [String]? {
        let segments = path.split(separator: "/")
        let methods = routes.filter { route in
            route.segments.count == segments.count
                && zip(route.segments, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }.flatMap(\.methods)
        return methods.isEmpty ? nil : Set(methods).sorted()
    }
}
