/// Writes Server-Sent Events into a byte array.
struct EventWriter {
    private(set) var bytes: [UInt8] = []

    /// A line that clients ignore and that keeps connections from looking idle.
    static let keepAlive = Array(": keep-alive\n\n".utf8)

    /// How long a client is to wait before it connects again.
    mutating func retry(milliseconds: Int) { text("retry: \(milliseconds)\n\n") }

    /// An event whose data is a JSON object; with an id it is the last of those that are sent together, so that a client
    /// that has not got them all asks for all of them again.
    mutating func event(_ name: String, id: String? = nil, _ members: (inout JSONWriter) -> Void) {
        text("event: \(name)\n")
        if let id { text("id: \(id)\n") }
        text("data: ")
        var json = JSONWriter()
        json.object(members)
        bytes.append(contentsOf: json.bytes)  // strings in it have their line breaks escaped
        text("\n\n")
    }

    private mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
