import TestSupport

extension Fault {
    /// The links break, stall and crawl.
    static let network = [
        Fault(
            name: "network-cut-postgres",
            summary: "one of two instances cut off from PostgreSQL for 3 s, new connections refused",
            links: [.postgres]
        ) { rig in try await rig.cutOff([rig.postgresLinks[0]], for: .seconds(3)) },
        Fault(
            name: "network-reset-postgres",
            summary: "all connections to PostgreSQL reset every 100 ms for 3 s",
            links: [.postgres]
        ) { rig in try await rig.resetAll(rig.postgresLinks, for: .seconds(3)) },
        Fault(
            name: "network-half-open-postgres",
            summary: "one instance's requests to PostgreSQL and the other's replies vanish for 3 s; the connections "
                + "stay dead",
            links: [.postgres]
        ) { rig in
            try await rig.impose(
                [
                    (rig.postgresLinks[0], .with { $0.losing = .toServer }),
                    (rig.postgresLinks[1], .with { $0.losing = .toClient }),
                ],
                for: .seconds(3)
            )
        },
        Fault(
            name: "network-partition-postgres",
            summary: "nothing passes between one instance and PostgreSQL for 5 s, then everything arrives late",
            links: [.postgres]
        ) { rig in try await rig.impose([(rig.postgresLinks[0], .partitioned)], for: .seconds(5)) },
        Fault(
            name: "network-slow-postgres",
            summary: "20 to 40 ms each way to PostgreSQL, 500 kB/s, in pieces of 100 bytes, for 4 s",
            links: [.postgres]
        ) { rig in
            let slow = NetworkConditions.with {
                $0.latency = .milliseconds(20)
                $0.jitter = .milliseconds(20)
                $0.bytesPerSecond = 500_000
                $0.sliceBytes = 100
            }
            return try await rig.impose(rig.postgresLinks.map { ($0, slow) }, for: .seconds(4))
        },
        Fault(
            name: "network-cut-redis",
            summary: "both instances cut off from Redis for 3 s, new connections refused",
            links: [.redis]
        ) { rig in try await rig.cutOff(rig.redisLinks, for: .seconds(3)) },
        Fault(
            name: "network-half-open-redis",
            summary: "one instance's requests to Redis and the other's replies vanish for 3 s; the connections stay "
                + "dead",
            links: [.redis]
        ) { rig in
            try await rig.impose(
                [
                    (rig.redisLinks[0], .with { $0.losing = .toServer }),
                    (rig.redisLinks[1], .with { $0.losing = .toClient }),
                ],
                for: .seconds(3)
            )
        },
        Fault(
            name: "network-slow-redis",
            summary: "10 to 40 ms each way to Redis, around the patience of a call, for 4 s",
            links: [.redis]
        ) { rig in
            let slow = NetworkConditions.with {
                $0.latency = .milliseconds(10)
                $0.jitter = .milliseconds(30)
                $0.sliceBytes = 16
            }
            return try await rig.impose(rig.redisLinks.map { ($0, slow) }, for: .seconds(4))
        },
        Fault(
            name: "network-reset-shoppers",
            summary: "all shoppers' connections reset every 100 ms for 3 s",
            links: [.shoppers]
        ) { rig in try await rig.resetAll(rig.doors, for: .seconds(3)) },
        Fault(
            name: "network-slow-shoppers",
            summary: "shoppers' requests and answers in pieces of 20 bytes, 5 to 25 ms under way, answers lost to one "
                + "instance's, for 4 s",
            links: [.shoppers]
        ) { rig in
            let slow = NetworkConditions.with {
                $0.latency = .milliseconds(5)
                $0.jitter = .milliseconds(20)
                $0.sliceBytes = 20
            }
            return try await rig.impose(
                [(rig.doors[0], slow), (rig.doors[1], .with { $0.losing = .toClient })],
                for: .seconds(4)
            )
        },
    ]
}
