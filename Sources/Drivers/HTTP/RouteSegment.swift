/// One piece of a template between slashes.
enum RouteSegment: Sendable, Hashable {
    case literal(Substring)
    case parameter(String)

    var parameterName: String? {
        if case .parameter(let name) = self { name } else { nil }
    }

    /// The segment without the parameter's name: templates of equal shapes match the same paths.
    var shape: RouteSegment {
        if case .parameter = self { .parameter("") } else { self }
    }

    static func parse(_ template: String) -> [RouteSegment] {
        template.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { piece in
            guard piece.first == "{", piece.last == "}", piece.count > 2 else {
                precondition(!piece.contains { $0 == "{" || $0 == "}" }, "a parameter is a whole segment")
                return .literal(piece)
            }
            return .parameter(String(piece.dropFirst().dropLast()))
        }
    }

    /// The raw values of the parameters if the path has the shape of the segments, else `nil`; none may be empty.
    static func match(_ segments: [RouteSegment], _ path: Substring) -> [Substring]? {
        guard path.utf8.first == 0x2F else { return nil }
        var values: [Substring] = []
        var rest = path.dropFirst()
        for (index, segment) in segments.enumerated() {
            let end = rest.utf8.firstIndex(of: 0x2F) ?? rest.endIndex
            let piece = rest[..<end]
            switch segment {
            case .literal(let text): guard piece == text else { return nil }
            case .parameter:
                guard !piece.isEmpty else { return nil }
                values.append(piece)
            }
            let isLast = index == segments.count - 1
            guard isLast == (end == rest.endIndex) else { return nil }
            if !isLast { rest = rest[rest.utf8.index(after: end)...] }
        }
        return values
    }
}
