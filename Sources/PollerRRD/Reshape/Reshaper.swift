package import PollerModel

/// Turns a round-robin file into another layout without losing anything that the new one has a
/// place for. On the writer's thread, with the file's lock held and no rows waiting for it.
package enum Reshaper {
    /// What would change. Reads only.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - file: what it is to become.
    ///   - horizon: the latest time that can be true now.
    package static func plan(
        _ path: String, to file: RoundRobinFile, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapePlan {
        try ReshapeJob(path, to: file, undoPath: "", horizon: horizon).plan
    }

    /// Makes the file what it is to be. A kill at any point leaves the old file or the new one in
    /// its place, whole; what else it leaves, the next attempt removes.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - file: what it is to become.
    ///   - undoPath: on the same file system; where the old file stays, under a second name until
    ///     the new one takes its place. Its folder is made.
    ///   - horizon: the latest time that can be true now.
    /// - Throws: `.failed` with "brought to the disk" about a folder also when the new file
    ///   already is in place; otherwise nothing was changed.
    package static func reshape(
        _ path: String, to file: RoundRobinFile, keepOldAt undoPath: String, horizon: Timestamp
    ) throws(ReshapeFailure) -> ReshapeReport {
        let job = try ReshapeJob(path, to: file, undoPath: undoPath, horizon: horizon)
        try job.removeLeftovers()
        guard !job.plan.isNothingToDo else { return ReshapeReport(plan: job.plan, archives: []) }
        let archives: [ReshapeReport.Archive]
        do {
            try job.create()
            let bytes = try job.fill()
            archives = try job.verify(bytes)
            try job.keepOld()
            try job.replace()
        } catch {
            // The failure that is thrown says more than one of this would.
            _ = try? job.removeLeftovers()
            throw error
        }
        return ReshapeReport(plan: job.plan, archives: archives)
    }
}
