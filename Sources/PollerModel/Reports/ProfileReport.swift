/// A profile as `/api/v1/profiles` and `pollerctl profile list -o json` show it.
package struct ProfileReport: Sendable, Hashable, Codable {
    package let name: String
    package let title: String
    package let stepSeconds: Int64
    /// Whether devices that are polled at this step are kept like this.
    package let isDefault: Bool
    package let heartbeatSeconds: Int64
    package let archives: [Archive]
    /// What the rows of one value take in a file.
    package let bytesPerValue: Int
    /// Data sources that have it.
    package let dataSources: Int

    package struct Archive: Sendable, Hashable, Codable {
        package let function: ConsolidationFunction
        /// What one row covers.
        package let resolutionSeconds: Int64
        package let rows: Int
        /// What all rows cover.
        package let coversSeconds: Int64
        /// Share of a row that may be unknown while the row is still known: 0 ..< 1.
        package let unknownShare: Double
    }

    /// - Parameter count: of the data sources that have it.
    package init(_ profile: Profile, catalogue: Catalogue, dataSources count: Int) {
        name = profile.name
        title = profile.title
        stepSeconds = profile.step.seconds
        isDefault = catalogue.profile(step: profile.step)?.name == profile.name
        heartbeatSeconds = profile.heartbeatSeconds
        archives = profile.archives.map { archive in
            let resolution = Int64(archive.stepsPerRow) * profile.step.seconds
            return Archive(
                function: archive.function, resolutionSeconds: resolution, rows: archive.rows,
                coversSeconds: resolution * Int64(archive.rows), unknownShare: archive.unknownShare)
        }
        bytesPerValue = profile.bytesPerValue
        dataSources = count
    }
}
