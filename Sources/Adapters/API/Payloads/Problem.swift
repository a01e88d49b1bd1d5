import HTTP
import Kernel
import Sales

/// An error as clients see it: a problem document (RFC 9457) with the members that clients of this service know.
///
/// `{"type","title","status","detail"?,"code","message","retryable","errors"?}`. Each code has one meaning and one
/// status; nothing internal leaks.
struct Problem: Sendable {
    let kind: Kind
    var detail: String?
    var errors: [String: String] = [:]
    /// Seconds for `Retry-After`; `nil` leaves it out.
    var retryAfter: Int64?

    init(_ kind: Kind, detail: String? = nil, errors: [String: String] = [:], retryAfter: Int64? = nil) {
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.retryAfter = retryAfter
    }

    /// A request that is wrong in one field.
    static func invalid(_ field: String, _ reason: String) -> Problem {
        Problem(.validationFailed, errors: [field: reason])
    }

    var response: HTTPResponse {
        var headers: [HTTPHeader] = []
        if let retryAfter { headers.append(HTTPHeader("Retry-After", String(retryAfter))) }
        if kind == .unauthenticated { headers.append(HTTPHeader("WWW-Authenticate", "Bearer")) }
        return HTTPResponse(status: kind.status, contentType: .problemJSON, headers: headers, body: body)
    }

    var body: [UInt8] {
        var json = JSONWriter()
        json.object { $0.problem(kind, detail: detail, errors: errors) }
        return json.bytes
    }
}

extension JSONWriter {
    /// The members of a problem.
    mutating func problem(_ kind: Problem.Kind, detail: String? = nil, errors: [String: String] = [:]) {
        member("type", "/problems/\(kind.rawValue)")
        member("title", kind.title)
        member("status", kind.status)
        if let detail { member("detail", detail) }
        member("code", kind.rawValue)
        member("message", kind.title)
        member("retryable", kind.isRetryable)
        guard !errors.isEmpty else { return }
        key("errors")
        object { json in
            for (field, reason) in errors.sorted(by: { $0.key < $1.key }) {
                json.member(dynamic: field, orNull: reason)
            }
        }
    }
}
