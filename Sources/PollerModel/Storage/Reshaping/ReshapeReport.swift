/// What reshaping a file did.
package struct ReshapeReport: Hashable, Sendable {
    /// What a column of rows comes to. A row counts as known for its whole length, also where
    /// part of it was not: that is how round-robin files keep it.
    package struct Total: Hashable, Sendable {
        package var knownSeconds = 0.0
        /// Value × seconds over what is known: bytes, where the value is bytes a second.
        package var integral = 0.0

        package init() {}
    }

    /// One data source in one new archive, over the time that the archive reaches back.
    package struct Source: Hashable, Sendable {
        package let name: String
        package let before: Total
        package let after: Total

        package init(name: String, before: Total, after: Total) {
            self.name = name
            self.before = before
            self.after = after
        }
    }

    package struct Archive: Hashable, Sendable {
        package let archive: RoundRobinArchive
        package let rowSeconds: Int64
        /// In the order of the new file.
        package let sources: [Source]

        package init(archive: RoundRobinArchive, rowSeconds: Int64, sources: [Source]) {
            self.archive = archive
            self.rowSeconds = rowSeconds
            self.sources = sources
        }
    }

    package let plan: ReshapePlan
    /// The AVERAGE archives of the new file; none when there was nothing to do.
    package let archives: [Archive]

    package init(plan: ReshapePlan, archives: [Archive]) {
        self.plan = plan
        self.archives = archives
    }

    package var bytesBefore: Int64 { plan.bytesBefore }
    package var bytesAfter: Int64 { plan.bytesAfter }
}
