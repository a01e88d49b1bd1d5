import Glibc

/// A parser that takes bytes from outside, with what has to hold whatever they are.
///
/// libFuzzer calls these with bytes it makes up (`make fuzz`), `FuzzTests` with the committed corpus. What is wrong
/// ends the program: a crash of the parser, a sanitizer's finding, or a `precondition` here.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// Requests on a connection: heads, lengths, chunks, pipelining.
    case http
    /// Queries and forms.
    case query
    /// Bodies of shoppers and operators.
    case json
    /// Replies of Redis.
    case resp
    /// Imports of items.
    case items
    /// Codes, identifiers and times.
    case code

    /// Gives the parser the bytes.
    public func run(_ bytes: [UInt8]) {
        switch self {
        case .http: HTTPExercise.run(bytes)
        case .query: QueryExercise.run(bytes)
        case .json: JSONExercise.run(bytes)
        case .resp: ReplyExercise.run(bytes)
        case .items: ItemsExercise.run(bytes)
        case .code: CodeExercise.run(bytes)
        }
    }

    /// The target that `FUZZ_TARGET` names.
    fileprivate static let chosen: FuzzTarget = {
        guard let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
            preconditionFailure("FUZZ_TARGET is one of \(allCases.map(\.rawValue))")
        }
        return target
    }()
}

/// What libFuzzer's entry point calls.
@_cdecl("flashsale_fuzz")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
    FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
}

/// The bytes in pieces of one length, which the bytes themselves choose: what is read must not depend on the cuts.
func pieces(of bytes: [UInt8]) -> [[UInt8]] {
    let length = 1 + bytes.count % 7
    return stride(from: 0, to: bytes.count, by: length).map { Array(bytes[$0..<min($0 + length, bytes.count)]) }
}
