/// What the daemon knows of its own work at one moment: of this its metrics and its own graphs
/// are made. Nothing in it is summed over data sources when it is asked for.
package struct DaemonNumbers: Sendable {
    package var at: Moment
    package var version = Product.version
    /// Of the libraries, by their names.
    package var libraries: [(name: String, version: String)] = []
    package var summary: PollSummary
    package var devices = DeviceTally()
    package var dataSources = 0
    package var graphs = 0
    package var web = WebNumbers()
    /// Sessions of people who have logged in; nil where that could not be read.
    package var sessions: Int?
    package var events = EventNumbers()
    package var process = ProcessNumbers()

    package init(at: Moment, summary: PollSummary) {
        self.at = at
        self.summary = summary
    }

    package var uptimeSeconds: Double {
        Double(max(0, at.wall.milliseconds - summary.startedAt.milliseconds)) / 1_000
    }
}

/// Devices by how they are.
package struct DeviceTally: Sendable, Hashable {
    /// Reasons that are named; the rest is put together.
    package static let mostReasons = 30

    package var states: [DeviceStatus.State: Int] = [:]
    /// Devices that fail, by the reason's code.
    package var reasons: [String: Int] = [:]

    package init() {}

    package mutating func take(_ state: DeviceStatus.State, reason: String?) {
        states[state, default: 0] += 1
        guard let reason else { return }
        let isNamed = reasons[reason] != nil || reasons.count < Self.mostReasons
        reasons[isNamed ? reason : "other", default: 0] += 1
    }
}

/// What the pages, pictures and the API did.
package struct WebNumbers: Sendable, Hashable {
    /// A request's kind and how it ended.
    package struct ResponseKey: Sendable, Hashable {
        package let group: RouteGroup
        /// The first digit of its status.
        package let statusClass: Int

        package init(_ group: RouteGroup, status: Int) {
            self.group = group
            statusClass = min(max(status / 100, 1), 5)
        }
    }

    package var pictures = PictureCounters()
    /// Requests that work out numbers of graphs, and that wait for it.
    package var dataUnderWay = 0
    package var dataWaiting = 0
    package var responses: [ResponseKey: Int] = [:]

    package init() {}

    /// Answers whose status begins with this digit.
    package func responses(ofClass statusClass: Int) -> Int {
        responses.reduce(0) { $1.key.statusClass == statusClass ? $0 + $1.value : $0 }
    }
}

/// What requests are for: there are never more of them than stand here.
package enum RouteGroup: String, Sendable, Hashable, CaseIterable {
    case api, pages, pictures, probes, `static`, other

    /// - Parameter route: as it was added, `/graphs/{id}`; nil: there is none.
    package init(route: String?, path: String) {
        // Shared pictures are answered before there is a route.
        if path.hasPrefix("/share/") {
            self = .pictures
            return
        }
        guard let route else {
            self = .other
            return
        }
        let isPicture = [".png", ".svg"].contains { path.hasSuffix($0) }
        self =
            if route.hasPrefix("/api/") {
                .api
            } else if route.hasPrefix("/static/") {
                .static
            } else if route.hasPrefix("/-/") || route == "/metrics" {
                .probes
            } else if route == "/graphs/{id}", isPicture {
                .pictures
            } else { .pages }
    }
}

/// Events since the start, the same of the same counted each time.
package struct EventNumbers: Sendable, Hashable {
    package var reported = 0
    package var lost = 0

    package init() {}
}

/// What the kernel says of the process; nil: it does not say.
package struct ProcessNumbers: Sendable, Hashable {
    package var cpuSeconds = 0.0
    package var residentBytes: Int?
    package var virtualBytes: Int?
    package var openFiles: Int?
    /// nil: there is no limit.
    package var mostOpenFiles: Int?
    package var threads: Int?

    package init() {}
}

/// Who reads the daemon's own numbers.
package protocol DaemonMeter: Sendable {
    func numbers() async -> DaemonNumbers
}
