import NIOCore
import NIOEmbedded
import Testing

@testable import Redis

/// What leaves a link, and when; on a loop whose turns and time are the test's.
struct RedisLinkTests {
    private let loop = EmbeddedEventLoop()
    private let channel: EmbeddedChannel
    private let link: RedisLink

    init() throws {
        link = RedisLink(try RedisConfiguration(url: "redis://localhost"), counters: RedisCounters(), eventLoop: loop)
        channel = EmbeddedChannel(handler: link, loop: loop)
    }

    private func send(_ word: String, _ receiver: RedisReceiver) {
        link.send(RedisCommand(word), receiver, within: 1_000_000_000)
        loop.run()
    }

    /// The words of the next write.
    private func written() throws -> String? {
        try channel.readOutbound(as: ByteBuffer.self).map { bytes in
            String(buffer: bytes).split(separator: "\r\n").filter { !$0.hasPrefix("*") && !$0.hasPrefix("$") }
                .joined(separator: " ")
        }
    }

    @Test
    func sendsWhatSomebodyWaitsForAtTheEndOfTheTurn() throws {
        send("GET", .gone)
        #expect(try written() == "GET")
    }

    @Test
    func gathersWhatNobodyWaitsForUntilTheSweep() throws {
        send("ONE", .nobody)
        send("TWO", .nobody)
        #expect(try written() == nil)

        loop.advanceTime(by: .milliseconds(5))
        #expect(try written() == "ONE TWO")
        #expect(try written() == nil)
    }

    @Test
    func sendsWhatHasGatheredAheadOfWhatSomebodyWaitsFor() throws {
        send("ONE", .nobody)
        send("GET", .gone)
        #expect(try written() == "ONE GET")
    }

    @Test
    func sendsWhatHasGatheredWhenAsked() throws {
        send("ONE", .nobody)
        link.flush()
        #expect(try written() == "ONE")

        loop.advanceTime(by: .milliseconds(5))
        #expect(try written() == nil)
    }
}
