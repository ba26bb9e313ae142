import CareRecord
import ConflictResolver
import Foundation
import GRDB

/// Which companions were shown here, so that each can be read by its id: the id is a hash and says
/// nothing of the resource that it is about.
enum CompanionRows {
    /// Notes what is about to be shown.
    static func note(
        _ companions: [Companion], of entity: ChangePosition, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO companion (id, kind, entity) VALUES (?, ?, ?)")
        for companion in companions {
            try statement.execute(arguments: [
                Data(companion.id.bytes), Int64(companion.kind.rawValue), entity.rawValue,
            ])
        }
    }

    /// The creation of the resource that a companion is about; `nil` if none was shown under this id.
    static func position(
        of kind: Companion.Kind, _ id: EntityID, _ db: Database
    ) throws -> ChangePosition? {
        let statement = try db.cachedStatement(
            sql: "SELECT entity FROM companion WHERE id = ? AND kind = ?")
        return try Int64.fetchOne(
            statement, arguments: [Data(id.bytes), Int64(kind.rawValue)]
        ).map(ChangePosition.init(rawValue:))
    }
}
