/// A response, for as long as the call that hands it over: it points into the received bytes.
struct Answer {
    /// The status code.
    let status: Int
    /// The status line and the header fields.
    let head: UnsafeRawBufferPointer
    /// The body.
    let body: UnsafeRawBufferPointer

    /// The value of a header field, whose name is given in lower case.
    func field(_ name: StaticString) -> UnsafeRawBufferPointer? {
        var start = 0
        while let end = Text.newline(in: head, from: start) {
            let line = UnsafeRawBufferPointer(rebasing: head[start..<end])
            if let value = Text.value(ofField: name, in: line) { return value }
            start = end + 1
        }
        return nil
    }

    /// `code` of the body: of a checkout, or of a problem.
    var code: UnsafeRawBufferPointer? { JSONScan.string("code", in: body) }

    /// Whether the service had too much to do, or this user asked too often: the request may be sent again later.
    var turnsAway: Bool { status == 503 || status == 429 }

    /// The problem's code of a refusal; `nil` for a success and for a server fault.
    var refusal: UnsafeRawBufferPointer? { (400..<500).contains(status) ? code : nil }

    /// Whether it is a refusal with that code.
    func isRefused(_ code: StaticString) -> Bool { refusal.map { Text.equal($0, code) } ?? false }

    /// Status and code.
    var description: String { "\(status) \(code.map { String(decoding: $0, as: UTF8.self) } ?? "")" }
}
