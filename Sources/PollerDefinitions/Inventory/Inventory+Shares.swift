import GRDB
package import PollerModel

/// Graphs that are shared by links, and the keys that sign these.
extension Inventory: ShareRegister {
    package func share(_ id: ShareID) async throws(ShareFailure) -> Share? {
        try await read("read share \(id)") { database in
            try Self.records(ShareRecord.filter(key: id.rawValue), database).first?.share()
        }
    }

    package func shares(of graph: GraphID?) async throws(ShareFailure) -> [Share] {
        try await read("read the shares") { database in
            let all = ShareRecord.order(Column("id"))
            let wanted = graph.map { all.filter(Column("graph") == $0.rawValue) } ?? all
            return try Self.records(wanted, database).map { try $0.share() }
        }
    }

    package func add(_ share: NewShare, at now: Timestamp) async throws(ShareFailure) -> Share {
        try await write("add a share") { database in
            try Self.forgetShares(
                endedBefore: now.advanced(seconds: -Share.rememberedSeconds), database)
            let count = try ShareRecord.fetchCount(database)
            if count >= Share.largestCount {
                // Links that are valid are worth more than the words about one that is not.
                guard try Self.forgetShares(endedBefore: now, count: 1, database) == 1 else {
                    throw ShareFailure.tooManyShares
                }
            }
            var record = ShareRecord(share, at: now)
            try record.insert(database)
            return try record.share()
        }
    }

    package func revoke(_ share: ShareID, at now: Timestamp) async throws(ShareFailure) -> Share {
        try await write("revoke share \(share)") { database in
            let found = try Self.records(ShareRecord.filter(key: share.rawValue), database).first
            guard var record = found else { throw ShareFailure.unknownShare(share) }
            if record.revokedAt == nil {
                record.revokedAt = now.milliseconds
                try record.update(database)
            }
            return try record.share()
        }
    }

    package func count(_ uses: [ShareID: ShareUse]) async throws(ShareFailure) {
        try await write("count the use of shares") { database in
            for (share, use) in uses {
                try database.execute(
                    sql: """
                        UPDATE share SET use_count = use_count + ?,
                            used_at = max(ifnull(used_at, 0), ?) WHERE id = ?
                        """,
                    arguments: [use.count, use.lastAt.milliseconds, share.rawValue])
            }
        }
    }

    // MARK: Keys

    package func signingKey(_ id: SigningKeyID) async throws(ShareFailure) -> SigningKey? {
        try await read("read key \(id)") { database in
            try Self.records(SigningKeyRecord.filter(key: id.rawValue), database).first?.key()
        }
    }

    package func signingKeys() async throws(ShareFailure) -> [SigningKey] {
        try await read("read the keys") { database in
            try Self.records(SigningKeyRecord.order(Column("id")), database).map { try $0.key() }
        }
    }

    package func addSigningKey(
        _ secret: SecretBytes, at now: Timestamp
    ) async throws(ShareFailure) -> SigningKey {
        precondition(secret.count == SigningKey.byteCount, "a key has its length")
        return try await write("add a key") { database in
            guard try SigningKeyRecord.fetchCount(database) < SigningKey.largestCount else {
                throw ShareFailure.tooManyKeys
            }
            var record = SigningKeyRecord(secret, at: now)
            try record.insert(database)
            return try record.key()
        }
    }

    package func removeSigningKey(
        _ id: SigningKeyID, at now: Timestamp
    ) async throws(ShareFailure) -> Int {
        try await write("remove key \(id)") { database in
            guard try SigningKeyRecord.deleteOne(database, key: id.rawValue) else {
                throw ShareFailure.unknownKey(id)
            }
            try database.execute(
                sql: """
                    UPDATE share SET revoked_at = ? WHERE signing_key = ? AND revoked_at IS NULL
                    """,
                arguments: [now.milliseconds, id.rawValue])
            return database.changesCount
        }
    }

    // MARK: The database

    /// Removes shares that expired or were revoked before `time`, the longest ended first; how many.
    @discardableResult
    private static func forgetShares(
        endedBefore time: Timestamp, count: Int = -1, _ database: Database
    ) throws -> Int {
        // The scalar min() of SQLite is NULL where either is, so each stands in for the other.
        let end = "min(ifnull(revoked_at, expires_at), ifnull(expires_at, revoked_at))"
        try database.execute(
            sql: """
                DELETE FROM share WHERE id IN (
                    SELECT id FROM share WHERE \(end) <= ? ORDER BY \(end) LIMIT ?)
                """,
            arguments: [time.milliseconds, count])
        return database.changesCount
    }

    private func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ShareFailure) -> Value {
        do {
            return try await database.read { try body($0) }
        } catch {
            throw Self.shareFailure(error, operation)
        }
    }

    private func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ShareFailure) -> Value {
        do {
            return try await database.write { try body($0) }
        } catch {
            throw Self.shareFailure(error, operation)
        }
    }

    private static func shareFailure(_ error: any Error, _ operation: String) -> ShareFailure {
        error as? ShareFailure ?? .failed(operation: operation, detail: words(error))
    }
}
