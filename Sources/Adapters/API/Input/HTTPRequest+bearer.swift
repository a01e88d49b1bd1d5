import HTTP

extension HTTPRequest {
    /// The token of `Authorization: Bearer`; `nil` without one, and where several would have to be told apart.
    var bearerToken: Substring? {
        let given = headers("authorization")
        guard given.count == 1 else { return nil }
        let words = given[0].split(separator: " ", omittingEmptySubsequences: true)
        return words.count == 2 && words[0].lowercased() == "bearer" ? words[1] : nil
    }
}
