import Foundation
import Logging
import Telemetry
import Testing

@Suite struct LogHandlerTests {
    private let output: LogOutputPipe
    private let writer: LogWriter
    private let json: Logger
    private let text: Logger

    init() throws {
        let output = try LogOutputPipe()
        let writer = LogWriter(fileDescriptor: output.writeEnd)
        self.output = output
        self.writer = writer
        json = Logger(label: "a\"b") { JSONLogHandler(label: $0, writer: writer, level: .debug) }
        text = Logger(label: "api") { TextLogHandler(label: $0, writer: writer, level: .info) }
    }

    @Test func writesAnObjectALine() throws {
        json.info("one\n\"two\"\u{1} \\ ü\u{7F}", metadata: ["status": .stringConvertible(200), "path": "/"])
        json.trace("below the level")
        json.debug("three")

        let lines = try objects()

        #expect(lines.count == 2)
        #expect(lines[0]["message"] as? String == "one\n\"two\"\u{1} \\ ü\u{7F}")
        #expect(lines[0]["level"] as? String == "info")
        #expect(lines[0]["logger"] as? String == "a\"b")
        #expect(lines[0]["status"] as? Int == 200)
        #expect(lines[0]["path"] as? String == "/")
        #expect(lines[1]["message"] as? String == "three")
        #expect(lines[1].keys.sorted() == ["level", "logger", "message", "timestamp"])
    }

    @Test func stampsTheTimeInMicrosecondsOfUTC() throws {
        let before = Date()
        json.info("now")
        let after = Date()

        let stamp = try #require(try objects().first?["timestamp"] as? String)

        let parts = try #require(stamp.wholeMatch(of: #/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z/#))
        let second = try #require(ISO8601DateFormatter().date(from: parts.1 + "Z"))
        let microseconds = try #require(Int(parts.2))
        let time = second.timeIntervalSince1970 + Double(microseconds) / 1e6
        #expect((before.timeIntervalSince1970 - 1e-5...after.timeIntervalSince1970 + 1e-5).contains(time))
    }

    @Test func keepsMetadataFromTakingTheFixedKeys() throws {
        json.info("m", metadata: ["message": "x", "level": "y", "timestamp": "z", "logger": "w", "error": "e"])
        json.error("failed", error: CancellationError(), metadata: ["error": "f"])

        let lines = try objects()

        #expect(lines[0]["message"] as? String == "m")
        #expect(lines[0]["level"] as? String == "info")
        #expect(lines[0]["meta_message"] as? String == "x")
        #expect(lines[0]["error"] as? String == "e")
        #expect(lines[1]["error"] as? String == "CancellationError()")
        #expect(lines[1]["meta_error"] as? String == "f")
    }

    @Test func mergesTheSourcesOfMetadataTheEventLast() throws {
        let writer = writer
        let provider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
        var logger = Logger(label: "l") {
            JSONLogHandler(label: $0, writer: writer, level: .info, metadataProvider: provider)
        }
        for key in ["a", "b", "c"] { logger[metadataKey: key] = "logger" }

        logger.info("m", metadata: ["c": "event"])

        let line = try #require(try objects().first)
        #expect(["a", "b", "c"].map { line[$0] as? String } == ["logger", "provider", "event"])
    }

    @Test func nestsListsAndObjects() throws {
        json.info(
            "m",
            metadata: [
                "list": ["x", ["y", .stringConvertible(true)]], "object": ["k\"": .stringConvertible(1.5)],
                "odd": .stringConvertible(Double.nan), "empty": [], "none": [:],
            ]
        )

        let line = try #require(try objects().first)
        let list = try #require(line["list"] as? [Any])
        #expect(list[0] as? String == "x")
        #expect((list[1] as? [Any])?[1] as? Bool == true)
        #expect((line["object"] as? [String: Double]) == ["k\"": 1.5])
        #expect(line["odd"] as? String == "nan")
        #expect((line["empty"] as? [Any])?.isEmpty == true)
    }

    @Test func writesTextThatNoLineBreakOrTerminalCodeGetsInto() throws {
        text.warning("go\non", metadata: ["z": "1", "a": "two words", "m": "\u{1B}[31m", "e": ""])
        text.debug("below the level")

        let lines = try lines()

        #expect(lines.count == 1)
        let rest = lines[0].split(separator: " ", maxSplits: 1).last
        #expect(rest == #"warning api: go\non a="two words" e="" m=\u001b[31m z=1"#)
    }

    private func lines() throws -> [String] {
        try #require(writer.flush(within: .seconds(10)))
        return output.text().split(separator: "\n").map(String.init)
    }

    private func objects() throws -> [[String: Any]] {
        try lines().map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }
}
