import Foundation

extension AppConfiguration {
    /// More than any set of keys needs; what is longer is not read.
    private static let maxKeyBytes = 65_536

    /// What shoppers' tokens are checked by, with the keys that stand in the setting or in the file that it names.
    static func tokens(_ reader: inout SettingReader) -> UserTokens? {
        guard let text = reader.value(.userTokenKeys)?.text else {
            for setting in [Setting.userTokenIssuer, .userTokenAudience] where reader.value(setting) != nil {
                reader.report(setting, "must not be set without USER_TOKEN_KEYS")
            }
            return nil
        }
        guard let keys = text.first(where: { !$0.isWhitespace }) == "{" ? Array(text.utf8) : file(text) else {
            reader.report(.userTokenKeys, "must be a JWK set, or the path of a file that can be read and holds one")
            return nil
        }
        guard keys.count <= maxKeyBytes else {
            reader.report(.userTokenKeys, "must have at most \(maxKeyBytes) bytes")
            return nil
        }
        let tokens = UserTokens(
            keys: keys,
            issuer: reader.value(.userTokenIssuer)?.text,
            audience: reader.value(.userTokenAudience)?.text
        )
        if let fault = tokens.fault { reader.report(.userTokenKeys, fault) }
        return tokens
    }

    private static func file(_ path: String) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }  // it was only read
        // A folder can be opened, too.
        return (try? file.read(upToCount: maxKeyBytes + 1)).map { Array($0) }
    }
}
