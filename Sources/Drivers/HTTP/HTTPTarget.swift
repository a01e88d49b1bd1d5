/// A request target (RFC 9112, 3.2) split into path and query.
struct HTTPTarget: Sendable {
    let text: String
    let path: Substring
    let query: Substring

    /// Splits a target that is known to be in origin form.
    init(originForm text: String) {
        self.init(text, pathStart: text.startIndex)
    }

    private init(text: String, path: Substring, query: Substring) {
        self.text = text
        self.path = path
        self.query = query
    }

    private init(_ text: String, pathStart: String.Index) {
        self.text = text
        let rest = text[pathStart...]
        var searched = rest
        if let offset = searched.withUTF8({ bytes in bytes.firstIndex(of: 0x3F) }) {
            let mark = rest.utf8.index(pathStart, offsetBy: offset)
            path = rest[..<mark]
            query = rest[rest.utf8.index(after: mark)...]
        } else {
            path = rest
            query = ""
        }
    }

    /// Reads a target of origin, absolute or asterisk form; `nil` if it is neither.
    ///
    /// Visible ASCII only and no fragment. The authority of an absolute form may not hold user information.
    init?(parsing text: String, method: HTTPMethod) {
        guard !text.utf8.isEmpty, ASCII.areAll(text, { ASCII.isVisible($0) && $0 != 0x23 }) else { return nil }
        if text.utf8.first == 0x2F {
            self.init(text, pathStart: text.startIndex)
        } else if text == "*" {
            guard method == .options else { return nil }
            self.init(text, pathStart: text.startIndex)
        } else {
            self.init(absoluteForm: text)
        }
    }

    private init?(absoluteForm text: String) {
        let scheme = ["http://", "https://"].first { ASCII.same(String(text.prefix($0.count)), $0) }
        guard let scheme else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authorityEnd = rest.utf8.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        guard Authority.isWellFormed(authority) else { return nil }
        if authorityEnd < rest.endIndex, rest.utf8[authorityEnd] == 0x2F {
            self.init(text, pathStart: authorityEnd)
        } else {
            let query = authorityEnd < rest.endIndex ? rest[rest.utf8.index(after: authorityEnd)...] : ""
            self.init(text: text, path: "/", query: query)
        }
    }
}
