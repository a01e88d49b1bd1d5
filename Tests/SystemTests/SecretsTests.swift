import Foundation
import TestSupport
import Testing

/// What must stay secret is in no line, metric or answer, whatever goes well or wrong.
@Suite struct SecretsTests {
    private static let databasePassword = "db-secret/word"
    private static let redisPassword = "redis-secret-word"
    private static let operatorToken = "operator-secret-0123456789"
    private static let collectorKey = "collector-secret-word"

    @Test func showsNoSecretInLinesMetricsOrAnswers() async throws {
        let postgres = try await TestPostgres.privateServer()
        let stage = try await Self.stage(postgres)
        let locked = try await Self.service(stage, password: "wrong-db-secret", untilReady: false)
        let mint = try await TokenMint("a")
        let collector = try await TestCollector.start()
        let settings = [
            "USER_TOKEN_KEYS": TokenMint.set(mint), "OTEL_TRACES_SAMPLER": "always_on", "ACCESS_LOG_RATIO": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://keeper:\(Self.collectorKey)@127.0.0.1:\(collector.port)",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-key=\(Self.collectorKey)", "OTEL_BSP_SCHEDULE_DELAY": "100",
        ]
        let shop = Shop(
            service: try await Self.service(stage, settings),
            anna: try mint.token(for: "anna", until: Int(Date().timeIntervalSince1970) + 600),
            ben: try mint.token(for: "ben", until: Int(Date().timeIntervalSince1970) + 600),
            expired: try mint.token(for: "anna", until: 1)
        )

        var answers = try await shop.succeed()
        answers += try await shop.refuse()
        try await stage.redis.stop()
        answers += try await shop.lookAround()
        try await postgres.stop(immediately: true)
        answers += try await shop.lookAround()
        #expect(answers.contains { $0.status == 503 })
        shop.service.signal(SIGTERM)
        _ = try await shop.service.waitForExit()
        let lockedEnd = try await locked.waitForExit()

        #expect(lockedEnd != 0 && locked.log.contains("28P01"))
        let traces = collector.exports.map { String(decoding: $0.body, as: UTF8.self) }.joined()
        #expect(collector.exports.first?.header("x-key") == Self.collectorKey)
        #expect(traces.contains("BATCH purchases") && traces.contains("batch wait") && traces.contains("\"503\""))
        // Who buys is nobody's business who looks at traces.
        #expect(!traces.contains("anna") && !traces.contains("ben") && !traces.contains("CHK"))
        let words =
            Self.passwords + [Self.operatorToken, "operator-wrong-0123456789", Self.collectorKey] + shop.tokens
        for word in words {
            #expect(!shop.service.log.contains(word), "\(word) in the log")
            #expect(!traces.contains(word), "\(word) in a trace")
            #expect(!locked.log.contains(word), "\(word) in the log of a service that found no way in")
            for answer in answers { #expect(!answer.everything.contains(word), "\(word) in \(answer.everything)") }
        }
        // A code is as good as money to whoever reads it; its owner alone is told.
        let codes = Set(answers.compactMap { $0.string("code") }.filter { $0.hasPrefix("CHK-") })
        #expect(codes.count == 3 && answers.contains { $0.everything.contains("# TYPE http_requests_total") })
        for code in codes {
            #expect(!shop.service.log.contains(code.suffix(24)))
            #expect(!traces.contains(code.suffix(24)))
            for answer in answers where !answer.text.contains(#""code":"\#(code)""#) {
                #expect(!answer.everything.contains(code.suffix(24)), "\(answer.everything)")
            }
        }
        // It did write, and about what went wrong.
        #expect(shop.service.log.contains("a request was answered") && shop.service.log.contains(#""level":"warn"#))
    }

    @Test func commandsShowNoSecretEither() async throws {
        let settings = [
            "DATABASE_URL": "postgres://keeper:db-secret%2Fword@127.0.0.1:1/none?connect_timeout=1",
            "REDIS_URL": "redis://:\(Self.redisPassword)@127.0.0.1:1/0", "ADMIN_TOKEN": Self.operatorToken,
            "USER_TOKEN_KEYS": #"{"keys":[{"kid":"a","kty":"oct","k":"\#(Self.redisPassword)"}]}"#,
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://keeper:\(Self.collectorKey)@127.0.0.1:1",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-key=\(Self.collectorKey)",
        ]
        for arguments in [["check-config"], ["serve"], ["sales", "list"], ["check-config", "--admin-token"]] {
            let (code, output) = try await Tool.run(arguments, settings)
            #expect(code != 0 && !output.isEmpty)
            for word in Self.passwords + [Self.operatorToken, Self.collectorKey] {
                #expect(!output.contains(word), "\(arguments): \(output)")
            }
        }
    }

    private static let passwords = [
        databasePassword, "db-secret%2Fword", "db-secret", "wrong-db-secret", redisPassword, "redis-secret",
    ]

    /// A database whose password is asked for, and a Redis with a user that has one.
    private static func stage(_ postgres: TestPostgres) async throws -> Stage {
        let stage = Stage(database: try await postgres.makeDatabase(), redis: try await TestRedis.privateServer())
        try await stage.execute("CREATE ROLE keeper SUPERUSER LOGIN PASSWORD '\(databasePassword)'")
        try await stage.execute(
            """
            DO $$ BEGIN
                EXECUTE format(
                    'COPY (SELECT unnest(ARRAY[''host all keeper 127.0.0.1/32 scram-sha-256'',
                                               ''host all all 127.0.0.1/32 trust''])) TO %L',
                    current_setting('hba_file'));
                PERFORM pg_reload_conf();
            END $$
            """
        )
        try await stage.redis.command("ACL", "SETUSER", "keeper", "on", ">\(redisPassword)", "~*", "&*", "+@all")
        return stage
    }

    private static func service(
        _ stage: Stage,
        _ settings: [String: String] = [:],
        password: String = "db-secret%2Fword",
        untilReady: Bool = true
    ) async throws -> ServiceProcess {
        let database = stage.database.replacing("//flashsale@", with: "//keeper:\(password)@")
        let redis = stage.redis.url.replacing("redis://", with: "redis://keeper:\(redisPassword)@")
        return try await ServiceProcess.start(
            database: database,
            redis: redis,
            settings: settings.merging(["ADMIN_TOKEN": operatorToken, "LOG_LEVEL": "trace"]) { $1 },
            untilReady: untilReady
        )
    }

    /// What shoppers and operators do, right and wrong.
    private struct Shop {
        let service: ServiceProcess
        let anna: String
        let ben: String
        let expired: String

        var tokens: [String] {
            [anna, ben, expired].flatMap { [$0] + $0.split(separator: ".").dropFirst().map(String.init) }
        }

        func succeed() async throws -> [Answer] {
            let boss = try await operators(SecretsTests.operatorToken)
            let made = try await boss.post("/admin/sales", json: #"{"total_items":9}"#)
            let number = made.string("id")?.dropFirst(2) ?? ""
            let shopper = try await shopper(anna)
            var answers = [made]
            for item in 1...2 {
                let joined = try await shopper.checkout("anna", "I-\(number)-\(item)")
                let code = joined.string("code") ?? ""
                answers += [
                    joined, try await shopper.get("/checkouts/\(code)"), try await shopper.purchase(code),
                    try await shopper.purchase(code), try await shopper.get("/purchases/\(code)"),
                    try await self.shopper(ben).purchase(code), try await self.shopper(ben).get("/checkouts/\(code)"),
                    try await service.client().purchase(code), try await self.shopper(expired).purchase(code),
                    try await self.shopper(ben).send("DELETE", "/checkouts/\(code)/items/I-\(number)-1"),
                ]
            }
            return answers + [try await service.client().get("/metrics")]
        }

        func refuse() async throws -> [Answer] {
            let stranger = try await operators("operator-wrong-0123456789")
            let shopper = try await shopper(anna)
            return [
                try await stranger.post("/admin/sales", json: #"{"total_items":9}"#),
                try await operators(SecretsTests.operatorToken).post("/admin/sales", json: "{"),
                try await operators(SecretsTests.operatorToken).post("/admin/sales/S-0000009999/pause"),
                try await shopper.checkout("ben", "I-0000000001-1"), try await shopper.checkout("anna", "nothing"),
                try await shopper.post("/checkout", json: #"{"user_id":"anna","item_id":"#),
                try await shopper.post("/purchase?code=CHK&code=CHK"), try await shopper.get("/nowhere"),
                try await self.shopper(anna + anna).get("/checkouts/x"),
                try await self.shopper(String(anna.dropLast(4))).get("/checkouts/x"),
                try await self.shopper(SecretsTests.operatorToken).get("/checkouts/x"),
                try await operators(anna).post("/admin/sales"),
            ]
        }

        func lookAround() async throws -> [Answer] {
            let shopper = try await shopper(anna)
            return [
                try await shopper.checkout("anna", "I-0000000001-3"), try await shopper.checkout("anna", "nothing"),
                try await shopper.purchase("CHK-S-0000000001-000000000000000000000000"),
                try await shopper.get("/sales/active"), try await shopper.get("/health"),
                try await shopper.get("/metrics"),
                try await operators(SecretsTests.operatorToken).post("/admin/sales/S-0000009999/reconcile"),
            ]
        }

        private func shopper(_ token: String) async throws -> ServiceClient {
            try await ServiceClient.connect(service.port, headers: "Authorization: Bearer \(token)\r\n")
        }

        private func operators(_ token: String) async throws -> ServiceClient {
            try await ServiceClient.connect(service.adminPort, headers: "Authorization: Bearer \(token)\r\n")
        }
    }
}

extension Answer {
    /// Header fields and body.
    fileprivate var everything: String {
        wire.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n") + "\n" + text
    }
}
