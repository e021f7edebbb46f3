/// A round-robin file: where it lies below the state folder and what it is made of.
package struct RoundRobinFile: Hashable, Sendable {
    /// Relative to the state folder (`DataSource.path`).
    package let path: String
    package let step: Step
    package let heartbeatSeconds: Int64
    package let sources: [Source]
    package let archives: [RoundRobinArchive]

    package struct Source: Hashable, Sendable {
        package let name: String
        package let kind: DataSourceKind

        package init(name: String, kind: DataSourceKind) {
            self.name = name
            self.kind = kind
        }
    }

    package init(
        path: String, step: Step, heartbeatSeconds: Int64, sources: [Source],
        archives: [RoundRobinArchive]
    ) {
        self.path = path
        self.step = step
        self.heartbeatSeconds = heartbeatSeconds
        self.sources = sources
        self.archives = archives
    }

    /// The file of a data source; nil when the catalogue lost its template or profile.
    package init?(dataSource: DataSource, catalogue: Catalogue) {
        self.init(dataSource: dataSource, catalogue: catalogue, profile: dataSource.profile)
    }

    /// The same with another profile.
    package init?(dataSource: DataSource, catalogue: Catalogue, profile: String) {
        guard let template = catalogue.dataTemplates[dataSource.template],
            let profile = catalogue.profiles[profile]
        else { return nil }
        path = dataSource.path
        step = profile.step
        heartbeatSeconds = profile.heartbeatSeconds
        sources = template.fileSources
        archives = profile.archives
    }
}

/// One number as a round-robin file takes it.
package enum RoundRobinValue: Hashable, Sendable {
    case unknown
    /// A counter as the agent counts it.
    case counter(UInt64)
    /// Finite.
    case gauge(Double)
}

/// One row of a file: `values[i]` belongs to `file.sources[i]`.
package struct RoundRobinRow: Hashable, Sendable {
    package let time: Timestamp
    package let values: [RoundRobinValue]

    package init(time: Timestamp, values: [RoundRobinValue]) {
        self.time = time
        self.values = values
    }
}

/// Rows to add to one file, oldest first.
package struct RoundRobinUpdate: Hashable, Sendable {
    package let file: RoundRobinFile
    package let rows: [RoundRobinRow]

    package init(file: RoundRobinFile, rows: [RoundRobinRow]) {
        self.file = file
        self.rows = rows
    }
}
