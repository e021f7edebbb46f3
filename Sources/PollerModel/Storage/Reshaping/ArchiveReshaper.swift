/// Gives round-robin files other layouts while rows are accepted for them.
package protocol ArchiveReshaper: Sendable {
    /// What would change, if each became what it is given as. `results[i]` belongs to `files[i]`.
    func plans(_ files: [RoundRobinFile]) async -> [Result<ReshapePlan, ReshapeFailure>]

    /// Makes each what it is given as, with its history; everything that was accepted is in it.
    /// `results[i]` belongs to `files[i]`.
    ///
    /// - Parameter undoFolder: where the old files stay, under their paths; relative to the state
    ///   folder.
    func reshape(
        _ files: [RoundRobinFile], undoFolder: String
    ) async -> [Result<ReshapeReport, ReshapeFailure>]
}
