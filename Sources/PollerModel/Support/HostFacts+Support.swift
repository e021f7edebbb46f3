extension HostFacts {
    /// Takes out words that quote what is written in the settings or in a row of the database, for
    /// nobody can tell what that is. The places stay.
    ///
    /// - Parameter keepsNames: whether names of devices may stay, of which the database's are.
    package mutating func removeQuotations(keepsNames: Bool) {
        settings = settings.map { Complaint(place: $0.place, what: "is not right", fix: nil) }
        guard !keepsNames, let database else { return }
        self.database = Complaint(
            place: database.place, what: "cannot be used", fix: database.fix)
    }
}
