import Foundation
import GRDB
package import PollerModel

/// What people prove besides their password.
extension Inventory: SecondFactorRegister {
    package func secondFactor(
        of account: AccountID
    ) async throws(AccountFailure) -> SecondFactor? {
        try await readAccounts("read the second factor of account \(account)") { database in
            let record = try Self.record(of: account, database)
            guard let secret = record.secondFactor else { return nil }
            let left = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM recovery_code WHERE account = ?",
                arguments: [account.rawValue])
            return SecondFactor(
                secret: SecretBytes(Array(secret)), usedStep: record.secondFactorStep ?? 0,
                recoveryLeft: left ?? 0)
        }
    }

    package func setSecondFactor(
        of account: AccountID, secret: SecretBytes, usedStep: Int64, recovery: [[UInt8]],
        except session: SessionID?
    ) async throws(AccountFailure) {
        try await writeAccounts("keep the second factor of account \(account)") { database in
            var record = try Self.record(of: account, database)
            record.secondFactor = secret.withExposedBytes { Data($0) }
            record.secondFactorStep = usedStep
            try record.update(database)
            try Self.replaceRecoveryCodes(of: account, with: recovery, database)
            try Self.endSessions(of: account, except: session, database)
        }
    }

    package func useCode(
        of account: AccountID, step: Int64
    ) async throws(AccountFailure) -> Bool {
        try await writeAccounts("use a code of account \(account)") { database in
            try database.execute(
                sql: """
                    UPDATE account SET second_factor_step = ?
                        WHERE id = ? AND second_factor IS NOT NULL
                            AND ifnull(second_factor_step, 0) < ?
                    """,
                arguments: [step, account.rawValue, step])
            return database.changesCount == 1
        }
    }

    package func useRecoveryCode(
        of account: AccountID, digest: [UInt8]
    ) async throws(AccountFailure) -> Bool {
        try await writeAccounts("use a recovery code of account \(account)") { database in
            try database.execute(
                sql: "DELETE FROM recovery_code WHERE account = ? AND digest = ?",
                arguments: [account.rawValue, Data(digest)])
            return database.changesCount == 1
        }
    }

    package func replaceRecoveryCodes(
        of account: AccountID, with recovery: [[UInt8]]
    ) async throws(AccountFailure) {
        try await writeAccounts("keep recovery codes of account \(account)") { database in
            _ = try Self.record(of: account, database)
            try Self.replaceRecoveryCodes(of: account, with: recovery, database)
        }
    }

    package func removeSecondFactor(
        of account: AccountID, except session: SessionID?
    ) async throws(AccountFailure) {
        try await writeAccounts("remove the second factor of account \(account)") { database in
            var record = try Self.record(of: account, database)
            record.secondFactor = nil
            record.secondFactorStep = nil
            try record.update(database)
            try Self.replaceRecoveryCodes(of: account, with: [], database)
            try Self.endSessions(of: account, except: session, database)
        }
    }

    private static func replaceRecoveryCodes(
        of account: AccountID, with recovery: [[UInt8]], _ database: Database
    ) throws {
        try database.execute(
            sql: "DELETE FROM recovery_code WHERE account = ?", arguments: [account.rawValue])
        for digest in recovery {
            try database.execute(
                sql: "INSERT INTO recovery_code (account, digest) VALUES (?, ?)",
                arguments: [account.rawValue, Data(digest)])
        }
    }
}
