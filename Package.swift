// swift-tools-version: 6.2
// The map of the project: one line a target, grouped by ring. Dependencies point inwards only, and the helpers
// below make it so: a core target cannot even name a product of another package.
import PackageDescription

let package = Package(
    name: "flashsale",
    products: [
        .executable(name: "flashsale", targets: ["FlashSale"]),
        .executable(name: "flashsale-load", targets: ["LoadGenerator"]),
        .executable(name: "flashsale-faults", targets: ["FaultRuns"]),
        .library(name: "ShiftedClock", type: .dynamic, targets: ["ShiftedClock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // Core: the business. Imports nothing but itself.
        core("Kernel"),
        core("Sales", uses: ["Kernel"]),

        // Adapters: the core joined to one technology each.
        adapter("API", uses: ["Kernel", "Sales", "HTTP", "WebPages"], products: [jwt]),
        adapter("PostgresStores", uses: ["Kernel", "Sales", "Postgres", "Migrations", "Traces"]),
        adapter("RedisStores", uses: ["Kernel", "Sales", "Redis", "LuaScripts", "Traces"]),

        // Drivers: technology without business.
        system("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),
        system("CHiredis", pkgConfig: "hiredis", apt: "libhiredis-dev"),
        driver("Postgres", uses: ["CLibPQ"]),
        driver("Redis", uses: ["CHiredis"], products: [nio("NIOCore"), nio("NIOPosix")]),
        driver("HTTP", uses: ["Traces"], products: [nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1")]),
        driver("Telemetry"),
        driver("Traces", products: [nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), httpClient]),
        text("LuaScripts", path: "lua", resources: "scripts"),
        text("Migrations", path: "migrations", resources: "sql"),
        text("WebPages", path: "web", resources: "parts", "storefront", "operators"),

        // Apps: build everything and start it.
        .executableTarget(
            name: "FlashSale",
            dependencies: [
                "Kernel", "Sales", "API", "PostgresStores", "RedisStores", "Postgres", "Redis", "HTTP", "Telemetry",
                "Traces", "Migrations", nio("NIOCore"), nio("NIOPosix"), log, metrics,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Sources/Apps/FlashSale",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LoadGenerator",
            dependencies: [
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            path: "Sources/Apps/LoadGenerator",
            swiftSettings: settings
        ),

        // Floors: what the technology costs without the service, for `make bench`.
        .target(name: "FloorSupport", path: "bench/floors/support"),
        floor("DiskFloor", path: "disk", uses: []),
        floor("HTTPFloor", path: "http", uses: [nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1")]),
        floor("RedisFloor", path: "redis", uses: ["CHiredis"]),
        floor("PostgresFloor", path: "postgres", uses: ["CLibPQ"]),

        .executableTarget(
            name: "TelemetryCost",
            dependencies: ["Telemetry", "Traces", metrics],
            path: "bench/telemetry",
            swiftSettings: settings
        ),

        // Tests: fast to slow.
        .target(
            name: "TestSupport",
            dependencies: ["Kernel", "Sales", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), jwt],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "History",
            dependencies: ["Kernel", "Sales", "Postgres", "TestSupport"],
            path: "Tests/History",
            swiftSettings: settings
        ),
        .target(name: "ShiftedClock", path: "Tests/ShiftedClock"),
        .executableTarget(
            name: "FaultRuns",
            dependencies: [
                "TestSupport", "History", "Postgres", nio("NIOCore"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/FaultRuns",
            swiftSettings: settings
        ),
        tests("TidyTests", uses: []),
        tests("CoreTests", uses: ["Kernel", "Sales"]),
        tests("SimulationTests", uses: ["Kernel", "Sales"]),
        tests(
            "DriverTests",
            uses: ["Postgres", "Redis", "HTTP", "Telemetry", "Traces"],
            products: [log, metrics, nio("NIOCore"), nio("NIOPosix"), nio("NIOEmbedded")]
        ),
        tests(
            "AdapterTests",
            uses: [
                "Kernel", "Sales", "API", "PostgresStores", "RedisStores", "Postgres", "Redis", "HTTP", "Migrations",
                "Traces", "WebPages",
            ],
            products: [log, metrics, nio("NIOCore"), nio("NIOPosix")]
        ),
        tests(
            "HistoryTests",
            uses: ["History", "FlashSale", "Kernel", "Sales", "API", "PostgresStores", "RedisStores", "Postgres"],
            products: [log, .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")]
        ),
        tests(
            "SystemTests",
            uses: ["FlashSale", "LoadGenerator", "Postgres", "History"],
            products: [nio("NIOCore"), nio("NIOPosix")]
        ),

        // Parsers under bytes that nobody would think of.
        .target(
            name: "FuzzTargets",
            dependencies: ["Kernel", "Sales", "API", "HTTP", "Redis", nio("NIOCore"), nio("NIOEmbedded")],
            path: "fuzz/targets",
            swiftSettings: settings
        ),
        tests("FuzzTests", uses: ["FuzzTargets"]),
    ] + fuzzer,
    swiftLanguageModes: [.v6]
)

/// libFuzzer brings the function `main`, so only `make fuzz` can link this one.
nonisolated var fuzzer: [Target] {
    guard Context.environment["FLASHSALE_FUZZ"] != nil else { return [] }
    return [.executableTarget(name: "Fuzzer", dependencies: ["FuzzTargets"], path: "fuzz/main")]
}

/// The same settings for every target; docs/decisions says which others were tried and left out.
nonisolated var settings: [SwiftSetting] {
    [
        .enableUpcomingFeature("ExistentialAny"),  // SE-0335: the cost of a protocol value is visible
        .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444: a file names what it uses
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461: async code stays where its caller is
    ]
}

/// Lets the optimizer see into a target from those that use it; decision 0025.
///
/// And leaves it to debug builds, which all tests are, to watch at run time that nothing is changed while it is in use;
/// decision 0031.
nonisolated var open: SwiftSetting {
    .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release))
}

nonisolated var log: Target.Dependency { .product(name: "Logging", package: "swift-log") }
nonisolated var metrics: Target.Dependency { .product(name: "Metrics", package: "swift-metrics") }
nonisolated var httpClient: Target.Dependency { .product(name: "AsyncHTTPClient", package: "async-http-client") }
nonisolated var jwt: Target.Dependency { .product(name: "JWTKit", package: "jwt-kit") }
func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

func core(_ name: String, uses targets: [String] = []) -> Target {
    .target(
        name: name,
        dependencies: targets.map { .byName(name: $0) },
        path: "Sources/Core/\(name)",
        swiftSettings: settings + [open]
    )
}

func adapter(_ name: String, uses targets: [String], products: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: targets.map { .byName(name: $0) } + products + [log, metrics],
        path: "Sources/Adapters/\(name)",
        swiftSettings: settings
    )
}

func driver(_ name: String, uses targets: [String] = [], products: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: targets.map { .byName(name: $0) } + products + [log, metrics],
        path: "Sources/Drivers/\(name)",
        swiftSettings: settings + [open]
    )
}

func system(_ name: String, pkgConfig: String, apt package: String) -> Target {
    .systemLibrary(
        name: name,
        path: "Sources/Drivers/\(name)",
        pkgConfig: pkgConfig,
        providers: [.apt([package])]
    )
}

func text(_ name: String, path: String, resources folders: String...) -> Target {
    .target(name: name, path: path, resources: folders.map { .embedInCode($0) }, swiftSettings: settings)
}

func floor(_ name: String, path: String, uses dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FloorSupport"] + dependencies,
        path: "bench/floors/\(path)"
    )
}

func tests(_ name: String, uses targets: [String], products: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name,
        dependencies: ["TestSupport"] + targets.map { .byName(name: $0) } + products,
        path: "Tests/\(name)",
        swiftSettings: settings
    )
}
