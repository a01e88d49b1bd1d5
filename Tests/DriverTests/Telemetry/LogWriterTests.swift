import Logging
import Telemetry
import Testing

@Suite struct LogWriterTests {
    @Test func writesLinesWithoutBeingAsked() throws {
        let output = try LogOutputPipe()
        let writer = LogWriter(fileDescriptor: output.writeEnd)

        logger(writer).info("by itself")
        #expect(output.nextText().contains("by itself"))

        logger(writer).error("at once")
        #expect(output.nextText().contains("at once"))
    }

    @Test(arguments: [false, true])
    func writesAllLinesInOrderThroughANarrowPipe(nonBlocking: Bool) async throws {
        let output = try LogOutputPipe()
        if nonBlocking { output.makeWritingNonBlocking() }
        let writer = LogWriter(fileDescriptor: output.writeEnd)
        let logger = logger(writer)
        let count = 9000  // more bytes than a pipe holds, fewer than the writer

        for number in 0..<count { logger.info("n=\(number)") }
        var text = ""
        while !text.hasSuffix("n=\(count - 1)\n") {
            let more = output.nextText()
            try #require(!more.isEmpty)
            text += more
        }

        let numbers = text.split(separator: "\n").map { $0.split(separator: "=").last.flatMap { Int($0) } }
        #expect(numbers == Array(0..<count))
        #expect(writer.droppedCount == 0)
        #expect(writer.flush(within: .seconds(10)))
    }

    @Test func dropsAndCountsWhatFindsTheBufferFull() throws {
        let output = try LogOutputPipe()
        let writer = LogWriter(fileDescriptor: output.writeEnd, capacityBytes: 4096)
        let logger = logger(writer)
        let count = 20_000  // far more than the pipe and the buffer hold, and nobody reads

        for number in 0..<count { logger.info("n=\(number)") }
        #expect(!writer.flush(within: .zero))
        let dropped = writer.droppedCount
        #expect((1..<count).contains(dropped))

        var lines = 0
        while !writer.flush(within: .milliseconds(1)) { lines += lineCount(output.nextText()) }
        lines += lineCount(output.text())
        #expect(lines + writer.droppedCount == count)
    }

    @Test func dropsALineThatIsLongerThanTheBuffer() throws {
        let output = try LogOutputPipe()
        let writer = LogWriter(fileDescriptor: output.writeEnd, capacityBytes: 256)

        logger(writer).info("\(String(repeating: "x", count: 300))")
        logger(writer).info("short")

        #expect(writer.flush(within: .seconds(10)))
        #expect(lineCount(output.text()) == 1)
        #expect(writer.droppedCount == 1)
    }

    @Test func outlivesAReaderThatWentAway() throws {
        let output = try LogOutputPipe()
        let writer = LogWriter(fileDescriptor: output.writeEnd)
        output.stopReading()

        logger(writer).info("one")
        logger(writer).info("two")

        #expect(writer.flush(within: .seconds(10)))
        #expect(writer.droppedCount == 2)
    }

    @Test func writesWhatIsLeftWhenTheWriterGoes() throws {
        let output = try LogOutputPipe()

        logger(LogWriter(fileDescriptor: output.writeEnd)).info("the last")

        #expect(output.nextText().hasSuffix("the last\n"))
    }

    private func logger(_ writer: LogWriter) -> Logger {
        Logger(label: "l") { TextLogHandler(label: $0, writer: writer, level: .info) }
    }

    private func lineCount(_ text: String) -> Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }
}
