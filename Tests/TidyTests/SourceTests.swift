import Testing

/// What every Swift file keeps to.
@Suite struct SourceTests {
    /// Not more than two screens: a file has one subject.
    @Test func filesHaveAtMost400Lines() {
        let long = Tree.files(in: "Sources", "Tests", "bench", "lua", "migrations", "web").filter {
            $0.lines.count > 401
        }

        #expect(long.map { "\($0.path): \($0.lines.count - 1) lines" } == [])
        #expect(Tree.files(in: "Sources").count > 50)
    }

    /// A function fits a screen.
    ///
    /// Its end is found by indentation, which the formatter sees to.
    @Test func functionsHaveAtMost70Lines() {
        let functions = Tree.swiftCode.flatMap { file in Self.functions(of: file) }

        #expect(functions.filter { $0.length > 70 }.map { "\($0.place): \($0.length) lines" } == [])
        #expect(functions.count > 1000)
        #expect(functions.contains { $0.length > 20 })
    }

    /// Tasks that nobody waits for outlive their reason, and a failed `try!` ends the service.
    @Test(arguments: Prohibition.all)
    func prohibitedWordsStandOnlyWhereAllowed(prohibition: Prohibition) throws {
        let pattern = try Regex(prohibition.pattern)

        let files = Tree.swiftCode.filter { $0.text.contains(pattern) }.map(\.path)

        #expect(Set(files).subtracting(prohibition.allowed.keys) == [], "not allowed here")
        #expect(Set(prohibition.allowed.keys).subtracting(files) == [], "allowed, and no longer needed")
    }

    /// The blanking that the other rules stand on.
    @Test func blanksCommentsAndLiterals() {
        let source = #"""
            a /* b */ "c\"d" e // f
            "x \(y("z", try! w)) v" #"u"t"# s #/"/# r
            """#

        let code = SwiftCode.withoutCommentsAndLiterals(source)

        #expect(code.split(separator: "\n").count == 2)
        #expect(code.split { $0 == " " || $0 == "\n" } == ["a", "e", "s", "r"])
    }

    private static func functions(of file: Tree.File) -> [(place: String, length: Int)] {
        let lines = file.lines
        let start = #/^ *((@\w+(\([^)]*\))?|[a-z]+(\([a-z]+\))?) +)*(func|init|deinit|subscript|var)\b/#
        return lines.indices.compactMap { index in
            guard lines[index].contains("{") || lines[index].hasSuffix("("), lines[index].contains(start) else {
                return nil
            }
            let place = "\(file.path):\(index + 1)"
            if lines[index].hasSuffix("}") { return (place, 1) }
            let indent = String(lines[index].prefix { $0 == " " })
            let end = lines[(index + 1)...].firstIndex { line in
                line.hasPrefix(indent) && line.dropFirst(indent.count).first.map { $0 != " " && $0 != ")" } ?? false
            }
            return end.map { (place, $0 - index + 1) }
        }
    }
}

/// Words that need a reason, and the files that have one.
struct Prohibition: Sendable, CustomTestStringConvertible {
    let word: String
    let pattern: String
    let allowed: [String: String]

    var testDescription: String { word }

    static let all = [
        Prohibition(
            word: "Task {",
            pattern: #"\bTask(\.detached|\.immediate\w*)?\s*(<[^>]*>)?\s*(\([^)]*\))?\s*\{"#,
            allowed: [
                "Sources/Core/Sales/UseCases/ImportItems.swift":
                    "undone in a cancelled task, too",
                "Sources/Drivers/HTTP/HTTPConnection+request.swift":
                    "a channel's callback starts the handler; draining waits for it",
                "Tests/AdapterTests/PostgresStores/Interleaving.swift": "a thread waits for it",
                "Tests/SimulationTests/Engine/Scheduler.swift": "the simulation's run waits for it",
                "Tests/SystemTests/ShopperContractTests.swift": "one service for the tests that change nothing",
                "Tests/TestSupport/Servers/TestPostgres.swift": "one server for all tests of a process",
                "Tests/TestSupport/Servers/TestRedis.swift": "one server for all tests of a process",
            ]
        ),
        Prohibition(word: "print(", pattern: #"(^|[^.\w])print\("#, allowed: [:]),
        Prohibition(word: "try!", pattern: #"\btry!"#, allowed: [:]),
        Prohibition(
            word: "@unchecked Sendable",
            pattern: #"@unchecked\s+Sendable"#,
            allowed: [
                "Sources/Drivers/HTTP/HTTPConnection.swift": "used on its event loop only",
                "Sources/Drivers/HTTP/ServerLoop.swift": "used on its event loop only",
                "Sources/Drivers/Postgres/Monitor.swift": "its mutex guards the state",
                "Sources/Drivers/Postgres/PostgresCancelHandle.swift": "libpq allows PQcancel on any thread",
                "Sources/Drivers/Postgres/PostgresResult.swift": "a result is read-only",
                "Sources/Drivers/Telemetry/HistogramCell.swift": "a pointer that stays, to atomics",
                "Tests/AdapterTests/PostgresStores/Interleaving.swift": "one thread at a time",
            ]
        ),
        Prohibition(
            word: "nonisolated(unsafe)",
            pattern: #"nonisolated\(unsafe\)"#,
            allowed: [
                "Sources/Drivers/Redis/RedisReplyReader.swift": "hiredis' table of functions, never changed once made"
            ]
        ),
    ]
}
