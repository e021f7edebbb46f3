import Foundation
import GRDB
package import PollerModel

/// Tokens of programs, as far as they are kept: their digests.
extension Inventory: TokenRegister {
    package func tokens(of account: AccountID?) async throws(AccountFailure) -> [APIToken] {
        try await readAccounts("read the tokens") { database in
            let all = TokenRecord.order(Column("id"))
            let wanted = account.map { all.filter(Column("account") == $0.rawValue) } ?? all
            return try Self.records(wanted, database).map { try $0.token() }
        }
    }

    package func add(
        _ token: NewAPIToken, at now: Timestamp
    ) async throws(AccountFailure) -> APIToken {
        try await writeAccounts("add a token") { database in
            _ = try Self.record(of: token.account, database)
            let own = TokenRecord.filter(Column("account") == token.account.rawValue)
            guard try own.fetchCount(database) < APIToken.largestCount else {
                throw AccountFailure.tooManyTokens
            }
            var record = TokenRecord(token, at: now)
            try record.insert(database)
            return try record.token()
        }
    }

    package func token(
        digest: [UInt8]
    ) async throws(AccountFailure) -> (token: APIToken, account: Account)? {
        try await readAccounts("read the token") { database in
            let wanted = TokenRecord.filter(Column("digest") == Data(digest))
            guard let token = try Self.records(wanted, database).first?.token() else { return nil }
            return (token, try Self.record(of: token.account, database).account())
        }
    }

    package func use(_ token: APITokenID, at now: Timestamp) async throws(AccountFailure) {
        try await writeAccounts("note the use of token \(token)") { database in
            try database.execute(
                sql: "UPDATE api_token SET used_at = max(ifnull(used_at, 0), ?) WHERE id = ?",
                arguments: [now.milliseconds, token.rawValue])
        }
    }

    package func revoke(_ token: APITokenID) async throws(AccountFailure) -> APIToken {
        try await writeAccounts("revoke token \(token)") { database in
            let found = try Self.records(TokenRecord.filter(key: token.rawValue), database).first
            guard let found else { throw AccountFailure.unknownToken("\(token)") }
            try found.delete(database)
            return try found.token()
        }
    }
}
