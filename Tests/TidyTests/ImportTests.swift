import Testing

/// Who may know whom: dependencies point inwards, and each technology has one home.
@Suite struct ImportTests {
    private static let system: Set = ["Dispatch", "Glibc", "Synchronization"]
    private static let reports: Set = ["Logging", "Metrics"]
    private static let sockets: Set = ["NIOCore", "NIOPosix"]

    /// By folder; the core may use nothing of the system but locks, adapters and drivers no Foundation, floors nothing of
    /// this project.
    private static let allowed: [String: Set<String>] = [
        "Sources/Core/Kernel": ["Synchronization"],
        "Sources/Core/Sales": ["Kernel", "Synchronization"],
        "Sources/Adapters/API": system.union(reports).union(["Kernel", "Sales", "HTTP", "JWTKit", "WebPages"]),
        "Sources/Adapters/PostgresStores": system.union(reports).union([
            "Kernel", "Sales", "Postgres", "Migrations", "Traces",
        ]),
        "Sources/Adapters/RedisStores": system.union(reports).union([
            "Kernel", "Sales", "Redis", "LuaScripts", "Traces",
        ]),
        "Sources/Drivers/Postgres": system.union(reports).union(["CLibPQ"]),
        "Sources/Drivers/Redis": system.union(reports).union(sockets).union(["CHiredis"]),
        "Sources/Drivers/HTTP": system.union(reports).union(sockets).union(["NIOHTTP1", "Traces"]),
        "Sources/Drivers/Telemetry": system.union(reports),
        "Sources/Drivers/Traces": system.union(reports).union(sockets).union(["NIOHTTP1", "AsyncHTTPClient"]),
        "bench/floors": ["FloorSupport", "Glibc", "NIOCore", "NIOHTTP1", "NIOPosix", "Synchronization"],
        "bench/telemetry": ["Glibc", "Metrics", "Telemetry", "Traces"],
        "lua": [],
        "migrations": [],
        "web": [],
    ]

    @Test func targetsImportOnlyWhatTheirRingMay() {
        let imports = Self.imports(
            of: Tree.files(in: "Sources", "bench", "lua", "migrations", "web", endingIn: ".swift")
        )

        let offending = imports.filter { file, module in
            if file.hasPrefix("Sources/Apps/") { return module == "CLibPQ" || module == "CHiredis" }
            return Self.allowed.first { file.hasPrefix($0.key + "/") }?.value.contains(module) != true
        }

        #expect(offending.map { "\($0.file): \($0.module)" } == [])
        #expect(imports.count > 100)
    }

    /// Raw pointers of the C libraries stay in the driver that knows their rules.
    @Test func testsDoNotUseTheCLibraries() {
        let imports = Self.imports(of: Tree.files(in: "Tests", endingIn: ".swift"))

        #expect(imports.filter { ["CLibPQ", "CHiredis"].contains($0.module) }.map(\.file) == [])
    }

    private static func imports(of files: [Tree.File]) -> [(file: String, module: String)] {
        let statement = #/^(?:@\w+ |public |package |internal |private |fileprivate )*import (?:\w+ )?(\w+)/#
        return files.flatMap { file in
            file.lines.compactMap { line in
                line.prefixMatch(of: statement).map { (file: file.path, module: String($0.1)) }
            }
        }
    }
}
