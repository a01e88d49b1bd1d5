import HTTP
import Kernel
import Sales
import Testing

@testable import API

@Suite struct JSONValueTests {
    @Test func readsEveryKindOfValue() throws {
        let text = #" {"a":[1,-2.5e3,true,false,null],"b":{"c":"x\n\u00e9\ud83d\ude00\/"},"d":""} "#

        let value = try JSONValue(Array(text.utf8))

        #expect(
            value
                == .object([
                    "a": .array([.number("1"), .number("-2.5e3"), .bool(true), .bool(false), .null]),
                    "b": .object(["c": .string("x\né😀/")]), "d": .string(""),
                ])
        )
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01", "1.", "-", "tru", "nulll", "\"\u{1}\"", "\"a",
        "\"\\x\"",
        "\"\\ud800\"", "\"\\udc00\"", "\"\\u12g4\"", "{a:1}", "1 2", "[1 2]", "NaN", "'a'", "[\u{FEFF}1]",
        String(repeating: "[", count: 17) + String(repeating: "]", count: 17),
    ])
    func refusesWhatIsNotJSON(_ text: String) {
        #expect(throws: JSONFault.self) { try JSONValue(Array(text.utf8)) }
    }

    @Test func refusesInvalidUTF8() {
        #expect(throws: JSONFault.self) { try JSONValue([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONFault.self) { try JSONValue([0x22, 0xC0, 0x80, 0x22]) }
    }

    /// One byte that needs escaping is found wherever it is, and those next to it in the table are left alone.
    @Test(arguments: ["\u{0}", "\u{1F}", "\"", "\\", " ", "!", "#", "[", "]", "\u{7F}", "é"])
    func writesEachByteSoThatItIsReadBack(_ special: String) throws {
        for place in [0, 1, 15, 16, 40] {
            let text = String(repeating: "m", count: place) + special + String(repeating: "m", count: 40 - place)
            var json = JSONWriter()
            json.string(text)
            #expect(try JSONValue(json.bytes) == .string(text))
        }
    }

    @Test func readsWhatTheWriterWrites() throws {
        let nasty = "q\"b\\n\nt\tü\u{1F600}\u{7F}\u{0}"
        var json = JSONWriter()
        json.object { json in
            json.member("text", nasty)
            json.member("number", Int64.min)
            json.key("list")
            json.array([true, false]) { json, _ in json.object { _ in } }
            json.member("nothing", orNull: nil)
        }

        let value = try JSONValue(json.bytes)

        #expect(
            value.object == [
                "text": .string(nasty), "number": .number("-9223372036854775808"),
                "list": .array([.object([:]), .object([:])]), "nothing": .null,
            ]
        )
    }
}

@Suite struct ParametersTests {
    @Test func takesValuesFromQueryOrBodyAndRefusesContradictions() throws {
        let both = try Self.parameters("/x?user_id=a", #"{"user_id":"a","item_id":"i","other":1}"#)
        let twoValues = try Self.parameters("/x?user_id=a", #"{"user_id":"b"}"#)
        let twice = try Self.parameters("/x?item_id=a&id=a", "")
        let form = try Self.parameters("/x", "user_id=a+b&item_id=%C3%BC", type: "application/x-www-form-urlencoded")

        #expect(try both.userID().description == "a" && both.itemID().description == "i")
        #expect(throws: ValidationFault("user_id", "must have the same value in query and body")) {
            try twoValues.userID()
        }
        #expect(throws: ValidationFault("item_id", "must be given once")) { try twice.itemID() }
        #expect(try form.userID().description == "a b" && form.itemID().description == "ü")
    }

    @Test(arguments: [
        "[1]", "nonsense", #"{"user_id":{}}"#, #"{"user_id":"a","user_id":"a"}"#, #"{"user_id":"\u0000"}"#,
    ])
    func refusesBodiesThatGiveNoUser(_ body: String) {
        #expect(throws: ValidationFault.self) { try Self.parameters("/x", body).userID() }
    }

    private static func parameters(
        _ target: String,
        _ body: String,
        type: String = "application/json"
    ) throws -> Parameters {
        try Parameters(
            HTTPRequest(method: .post, target: target, headers: [("content-type", type)], body: Array(body.utf8))
        )
    }
}

@Suite struct ItemLinesTests {
    @Test(arguments: [1, 2, 7, 1000])
    func readsCSVHoweverItIsCutIntoPieces(_ size: Int) async throws {
        let text = "id,name,amount_minor,currency\r\na,\"two\nlines, \"\"quoted\"\"\",100,EUR\n\nb,ü,200,USD"

        let lines = try await Self.lines(.csv, text, pieces: size)

        #expect(lines.map(\.line) == [2, 5])
        let items = lines.compactMap { try? $0.item.get() }
        #expect(items.map(\.name) == ["two\nlines, \"quoted\"", "ü"])
        #expect(
            items.map(\.price) == [Money(amountMinor: 100, currency: "EUR"), Money(amountMinor: 200, currency: "USD")]
        )
        #expect(items.first?.imageURL == "/images/a.svg")
    }

    @Test func saysWhatIsWrongWithEachLine() async throws {
        let csv =
            "id,name,amount_minor,currency\na,b,c,d\na,b\n\"a\"x,b,1,EUR\n" + String(repeating: "x", count: 70_000)
        let noHeader = try await Self.lines(.csv, "a,b,1,EUR\n", pieces: 5)

        let faults = try await Self.lines(.csv, csv, pieces: 999).map { line in
            if case .failure(let fault) = line.item { fault.reason } else { "none" }
        }

        #expect(
            faults == [
                "amount_minor must be a whole number", "has 2 fields where the header has 4",
                "has text after a closing quote", "is longer than 65536 bytes",
            ]
        )
        #expect(noHeader.count == 1)
    }

    private static func lines(_ format: LineFormat, _ text: String, pieces size: Int) async throws -> [ParsedLine] {
        let source = Pieces(Array(text.utf8), size: size)
        var lines: [ParsedLine] = []
        for try await line in ItemLines(format: format, source: { await source.next() }) { lines.append(line) }
        return lines
    }
}

private actor Pieces {
    private var rest: ArraySlice<UInt8>
    private let size: Int

    init(_ bytes: [UInt8], size: Int) {
        rest = bytes[...]
        self.size = size
    }

    func next() -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(size) }
        return Array(rest.prefix(size))
    }
}

@Suite struct JSONOutcomeEncoderTests {
    private let sale = SaleID(number: 1)

    @Test func rendersTheWholeOutcomeInStableBytes() {
        let key = ItemKey(sale: sale, number: 1)
        let item = Item(
            key: key,
            id: ItemID(generated: key),
            name: "A \"B\"",
            imageURL: "/i.svg",
            price: Money(amountMinor: 1999, currency: "EUR")
        )
        let purchase = purchase([item], [.init(id: ItemID(stored: "x"), reason: .alreadySold)])

        let outcome = JSONOutcomeEncoder().encode(purchase)

        #expect(outcome.status == 200)
        #expect(
            String(decoding: outcome.body, as: UTF8.self)
                == #"{"success":true,"code":"CHK-S-0000000001-000000000005000000000006","sale_id":"S-0000000001","#
                + #""purchased_items":[{"id":"I-0000000001-1","name":"A \"B\"","image_url":"/i.svg","#
                + #""price":{"amount_minor":1999,"currency":"EUR"}}],"total_purchased":1,"#
                + #""failed_items":[{"id":"x","reason":"already_sold"}],"failed_count":1,"#
                + #""purchased_at":"1970-01-01T00:00:00.000000Z"}"#
        )
    }

    @Test func aWholeLossIsAProblemWithTheSameMembers() throws {
        let sold = JSONOutcomeEncoder().encode(purchase([], [.init(id: ItemID(stored: "x"), reason: .alreadySold)]))
        let limited = JSONOutcomeEncoder().encode(purchase([], [.init(id: ItemID(stored: "x"), reason: .userLimit)]))

        #expect(sold.status == 409 && limited.status == 400)
        let members = try #require(try JSONValue(sold.body).object)
        #expect(members["code"] == .string("all_items_sold") && members["status"] == .number("409"))
        #expect(members["checkout_code"] == .string("CHK-S-0000000001-000000000005000000000006"))
        #expect(members["failed_count"] == .number("1") && members["success"] == .bool(false))
        #expect(try JSONValue(limited.body).object?["code"] == .string("user_limit_exceeded"))
    }

    private func purchase(_ items: [Item], _ failures: [Purchase.FailedItem]) -> Purchase {
        Purchase(
            code: CheckoutCode(sale: sale, secret: CodeSecret(storedHigh: 5, low: 6)),
            userID: UserID(stored: "u"),
            items: items,
            failures: failures,
            decidedAt: Timestamp(microseconds: 0)
        )
    }
}
