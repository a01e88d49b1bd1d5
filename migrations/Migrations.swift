/// The schema's history as text: forward only, in order, one transaction each.
public enum Migrations {
    /// A step of the schema's history.
    public struct Migration: Sendable {
        /// From 1, without gaps.
        public let version: Int32
        /// The file's name without number and ending.
        public let name: String
        /// The statements, exactly as in the file.
        public let sql: String
    }

    /// Every step, by version.
    public static let all: [Migration] = [
        Migration(version: 1, name: "create_sales", sql: text(PackageResources._001_create_sales_sql)),
        Migration(version: 2, name: "create_checkouts", sql: text(PackageResources._002_create_checkouts_sql)),
        Migration(version: 3, name: "create_attempts", sql: text(PackageResources._003_create_attempts_sql)),
        Migration(version: 4, name: "create_imports", sql: text(PackageResources._004_create_imports_sql)),
        Migration(version: 5, name: "slim_hot_tables", sql: text(PackageResources._005_slim_hot_tables_sql)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
