import Testing

@testable import LoadGenerator

/// The parts of the load generator that decide what a run has shown.
@Suite struct LoadGeneratorPartsTests {
    @Test func scansResponseHeads() {
        func scan(_ text: String) -> ResponseHead.Scan { Array(text.utf8).withUnsafeBytes(ResponseHead.scan) }
        let whole = "HTTP/1.1 200 OK\r\nDate: x\r\nCONTENT-length:  12 \r\nConnection: Close\r\n\r\n"

        #expect(scan(whole) == .head(ResponseHead(status: 200, length: whole.utf8.count, bodyLength: 12, closes: true)))
        #expect(
            scan("HTTP/1.1 304 Not Modified\r\n\r\n{")
                == .head(ResponseHead(status: 304, length: 29, bodyLength: 0, closes: false))
        )
        for end in 0..<whole.utf8.count - 1 {
            #expect(scan(String(decoding: whole.utf8.prefix(end), as: UTF8.self)) == .incomplete)
        }
        #expect(scan("HTTP/1.1 200 OK\r\n\r\n") == .malformed)
        #expect(scan("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") == .malformed)
        #expect(scan("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n") == .malformed)
        #expect(scan("SSH-2.0-OpenSSH_9.2\r\n") == .malformed)
        #expect(scan(String(repeating: "HTTP/1.1 200 a", count: 2000)) == .malformed)
    }

    @Test func findsMembersOfAnswers() {
        let body = Array(
            #"""
            {"checkout_code":"no", "code" : "CHK-1","x":"\"id\"","purchased_items":[{"id":"I-1","name":"a ] \"id\": b",
            "price":{"id":"I-2"}},{"name":"id","id":"I-3"}],"failed_items":[{"id":"I-4"}]}
            """#.utf8
        )
        body.withUnsafeBytes { body in
            var ids: [String] = []
            JSONScan.ids(in: "purchased_items", of: body) { ids.append(String(decoding: $0, as: UTF8.self)) }

            #expect(JSONScan.string("code", in: body).map { String(decoding: $0, as: UTF8.self) } == "CHK-1")
            #expect(ids == ["I-1", "I-2", "I-3"])
            #expect(JSONScan.string("missing", in: body) == nil)
        }
        Array(#"{"code":"#.utf8).withUnsafeBytes { #expect(JSONScan.string("code", in: $0) == nil) }
    }

    @Test func findsNothingWrongWhereTheRecordIsAsTold() {
        var ledger = Ledger(totalItems: 3)
        ledger.acknowledge(item: 1, user: 7, code: Self.tail("A"))
        ledger.acknowledge(item: 1, user: 7, code: Self.tail("A"))
        ledger.leaveOpen(Self.tail("B"))

        #expect(Self.findings(ledger, [(1, "u7", "A")]) == [])
        #expect(Self.findings(ledger, [(1, "u7", "A"), (3, "u8", "B")]) == [])
        #expect(ledger.acknowledged == 1)
    }

    @Test func findsBrokenPromises() {
        var ledger = Ledger(totalItems: 3)
        ledger.acknowledge(item: 1, user: 7, code: Self.tail("A"))

        let cases: [([(Int, String, String)], String)] = [
            ([], "1 acknowledged units are not on record"), ([(1, "u8", "A")], "acknowledged to user 7"),
            ([(1, "u7", "C")], "acknowledged to user 7"), ([(1, "u7", "A"), (2, "u9", "D")], "nobody was told"),
            ([(1, "u7", "A"), (1, "u7", "A")], "on record twice"),
            ([(1, "u7", "A"), (4, "u7", "E")], "not in the sale"),
        ]
        for (rows, text) in cases {
            #expect(Self.findings(ledger, rows).contains { $0.contains(text) }, "\(text)")
        }
        for user in ["u7", "somebody"] {
            let rows = [(1, "u7", "A"), (2, user, "A"), (3, user, "A")]
            #expect(Self.findings(ledger, rows, limit: 1).contains { $0.contains("more than 1 units") })
        }
        #expect(
            Self.findings(ledger, [(1, "u7", "A")], mustBeSoldOut: true).first?.contains("only 1 units of 3") == true
        )
        ledger.acknowledge(item: 1, user: 8, code: Self.tail("F"))
        ledger.acknowledge(item: 9, user: 8, code: Self.tail("F"))
        #expect(ledger.wrongAnswers.count == 2)
    }

    @Test func handsOutItems() {
        var random = SeededRandom(seed: 1)
        var once = ItemOrder(.once, total: 5, shuffledInBlocksOf: 2, random: &random)
        var round = ItemOrder(.round, total: 2, shuffledInBlocksOf: nil, random: &random)

        #expect(Set((0..<5).compactMap { _ in once.take(&random) }) == Set(1...5))
        #expect(once.take(&random) == nil)
        #expect((0..<5).map { _ in round.take(&random) } == [1, 2, 1, 2, 1])
    }

    @Test func tellsThisMachineFromOthers() throws {
        for text in ["http://127.0.0.1:1", "http://127.9.9.9", "http://localhost:8080/", "http://[::1]:80"] {
            #expect(try Endpoint(text).isLoopback, "\(text)")
        }
        for text in ["http://128.0.0.1", "http://127.0.0.1.nip.io", "http://[::2]", "http://localhost.example"] {
            #expect(try !Endpoint(text).isLoopback, "\(text)")
        }
        for text in ["https://127.0.0.1", "127.0.0.1:80", "http://127.0.0.1/x", "http://", "http://a:0"] {
            #expect(throws: LoadFault.self) { try Endpoint(text) }
        }
    }

    @Test func seesWhatChangedInTheMetrics() {
        var before = MetricsText()
        var after = MetricsText()
        before.add(
            "# HELP x\nflashsale_batch_requests_count{writer=\"a\"} 2\nflashsale_batch_requests_sum{writer=\"a\"} 10\n"
        )
        after.add(
            "flashsale_batch_requests_count{writer=\"a\"} 4\nflashsale_batch_requests_sum{writer=\"a\"} 35\nother 3\n"
        )

        #expect(after.change(since: before)["batch_mean{writer=\"a\"}"] == 12.5)
        #expect(after.change(since: before)["other"] == nil)
    }

    @Test func cutsLinesWhereverChunksEnd() {
        let text = Array("one\ntwo\n\nthree".utf8)
        for size in 1...text.count {
            var cutter = LineCutter()
            var lines: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                cutter.take(text[start..<min(start + size, text.count)]) {
                    lines.append(String(decoding: $0, as: UTF8.self))
                }
            }
            #expect(lines == ["one", "two", ""])
        }
    }

    private static func tail(_ text: String) -> CodeTail { CodeTail(Array("CHK-\(text)".utf8)) }

    private static func findings(
        _ ledger: Ledger,
        _ rows: [(item: Int, user: String, code: String)],
        limit: Int = 10,
        mustBeSoldOut: Bool = false
    ) -> [String] {
        let sale = TargetSale(id: "S-0000000001", totalItems: 3, itemsPerUser: limit, isOwn: true)
        var check = SaleCheck(ledger, of: sale, userPrefix: "u", mustBeSoldOut: mustBeSoldOut)
        for row in rows {
            let line = Array("S-0000000001,I-0000000001-\(row.item),\(row.user),CHK-\(row.code),now".utf8)
            if let row = PurchaseRow(line[...]) { check.take(row) }
        }
        return check.findings
    }
}
