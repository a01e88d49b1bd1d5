/// Finds members in JSON by looking for their quoted names: enough for the service's flat answers, and cheap.
enum JSONScan {
    /// The first string member of that name, as it stands between its quotes; escapes are not undone.
    static func string(_ name: StaticString, in body: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let start = value(of: name, in: body), start < body.count, body[start] == quote,
            let end = Text.position(of: quote, in: body, from: start + 1)
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: body[(start + 1)..<end])
    }

    /// Calls back with each `id` of the objects in the array of that name.
    static func ids(
        in name: StaticString,
        of body: UnsafeRawBufferPointer,
        _ each: (UnsafeRawBufferPointer) -> Void
    ) {
        guard var index = value(of: name, in: body), index < body.count, body[index] == UInt8(ascii: "[") else {
            return
        }
        var nameIsID = false
        index += 1
        while index < body.count, body[index] != UInt8(ascii: "]") {
            guard body[index] == quote else {
                if body[index] == UInt8(ascii: ",") { nameIsID = false }
                index += 1
                continue
            }
            let end = endOfString(from: index + 1, in: body)
            let text = UnsafeRawBufferPointer(rebasing: body[(index + 1)..<end])
            if nameIsID {
                each(text)
                nameIsID = false
            } else {
                nameIsID = Text.equal(text, "id")
            }
            index = end + 1
        }
    }

    private static let quote = UInt8(ascii: "\"")

    private static func endOfString(from start: Int, in body: UnsafeRawBufferPointer) -> Int {
        var index = start
        while index < body.count, body[index] != quote { index += body[index] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(index, body.count)
    }

    /// Where the value of the first member of that name begins.
    private static func value(of name: StaticString, in body: UnsafeRawBufferPointer) -> Int? {
        let length = name.utf8CodeUnitCount
        var from = 0
        while let open = Text.position(of: quote, in: body, from: from) {
            from = open + 1
            guard from + length < body.count, body[from + length] == quote,
                (0..<length).allSatisfy({ body[from + $0] == name.utf8Start[$0] })
            else { continue }
            var index = from + length + 1
            while index < body.count, Text.isBlank(body[index]) { index += 1 }
            guard index < body.count, body[index] == UInt8(ascii: ":") else { continue }
            index += 1
            while index < body.count, Text.isBlank(body[index]) { index += 1 }
            return index
        }
        return nil
    }
}
