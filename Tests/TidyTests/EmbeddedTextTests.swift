import Testing

/// The scripts and migrations that the program carries.
@Suite struct EmbeddedTextTests {
    private static let scripts = Tree.files(in: "lua/scripts", endingIn: ".lua")
    private static let migrations = Tree.files(in: "migrations/sql")

    /// Migrations that databases have run, with a fingerprint: a change to one of them would reach no database.
    private static let released: [String: UInt64] = [:]

    /// A script that nobody lists is not loaded.
    @Test func everyScriptIsListed() {
        let list = Tree.text(of: "lua/LuaScripts.swift")
        let all = list.split(separator: "static let all").last.map(String.init) ?? ""

        #expect(Self.scripts.count > 5)
        for script in Self.scripts {
            let name = script.name.dropLast(4)
            let constant = list.matches(of: #/static let (\w+) = Text\("(\w+)", PackageResources\.(\w+)_lua\)/#)
                .first { $0.2 == name && $0.3 == name }
            #expect(constant != nil, "\(script.name) has no constant")
            if let constant { #expect(all.contains(String(constant.1)), "\(script.name) is not in `all`") }
        }
    }

    /// Callers write the keys and arguments by the contract, and Redis Cluster takes the declared keys at their word.
    @Test func everyScriptOpensWithItsContractAndKeepsIt() {
        for script in Self.scripts {
            let header = script.lines.prefix { $0.hasPrefix("--") }.joined(separator: "\n")
            let code = script.lines.dropFirst(header.split(separator: "\n").count)
                .map { $0.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false)[0] }
                .joined(separator: "\n")

            #expect(header.hasPrefix("-- \(script.name.dropLast(4)): "), "\(script.name) does not say what it does")
            #expect(header.contains("\n-- Replies: "), "\(script.name) does not name its replies")
            #expect(header.contains("\n-- KEYS[1] "), "\(script.name) does not name its keys")
            for list in ["KEYS", "ARGV"] {
                #expect(Self.faults(of: list, declaredIn: header, usedIn: code) == [], "\(script.name)")
            }
        }
    }

    /// They run in this order, on every database, once.
    @Test func migrationsAreNumberedWithoutGapsAndListed() {
        let list = Tree.text(of: "migrations/Migrations.swift")
        let listed = list.matches(of: #/version: (\d+), name: "(\w+)", sql: text\(PackageResources\.(\w+)\)/#)

        #expect(!Self.migrations.isEmpty)
        #expect(listed.count == Self.migrations.count)
        for ((index, file), entry) in zip(Self.migrations.enumerated(), listed) {
            let number = String(String(10_001 + index).dropFirst())
            #expect(file.name == "\(number)_\(entry.2).sql")
            #expect(Int(entry.1) == index + 1)
            #expect(entry.3 == "_\(number.dropFirst())_\(entry.2)_sql")
        }
    }

    @Test func releasedMigrationsAreUnchanged() {
        for (name, fingerprint) in Self.released {
            #expect(Self.fingerprint(Tree.text(of: "migrations/sql/" + name)) == fingerprint, "\(name)")
        }
        #expect(Self.fingerprint("foobar") == 0x8594_4171_F739_67E8)
    }

    /// What the code reads of `KEYS` or `ARGV` against what the contract says; `[n...]` stands for the rest.
    private static func faults(of list: String, declaredIn header: String, usedIn code: String) -> [String] {
        let declared = header.matches(of: #/\n-- (KEYS|ARGV)\[(\d+)(\.\.\.)?\] +\S/#).filter { $0.1 == list }
        let used = Set(code.matches(of: #/\b(KEYS|ARGV)\[(\d+)\]/#).filter { $0.1 == list }.map { String($0.2) })
        let usesRest = code.contains(list == "KEYS" ? #/\bKEYS\[[a-z]/# : #/\bARGV\[[a-z]/#)
        let single = declared.filter { $0.3 == nil }.map { String($0.2) }
        var faults: [String] = []
        if declared.map({ Int($0.2) }) != Array(1..<(declared.count + 1)) { faults.append("\(list) are out of order") }
        faults += Set(single).subtracting(used).sorted().map { "\(list)[\($0)] is declared and not read" }
        faults += used.subtracting(single).sorted().map { "\(list)[\($0)] is read and not declared" }
        if declared.contains(where: { $0.3 != nil }) != usesRest { faults.append("the rest of \(list)") }
        return faults
    }

    /// FNV-1a, 64 bits: against accidents, not against malice.
    private static func fingerprint(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
