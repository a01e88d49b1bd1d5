/// Finds the route of a request.
///
/// A template is a path whose segments are literal or one `{parameter}`. Paths are compared byte for byte: no
/// normalisation, no trailing slash. A template without parameters wins over one with.
public struct HTTPRouter: Sendable {
    /// What a path and method lead to.
    public enum Match: Sendable {
        /// A route; also `GET`'s for `HEAD` if there is none for `HEAD`.
        case found(HTTPRoute, HTTPPathParameters)
        /// `OPTIONS` on a path that has routes, none of them for `OPTIONS`: 204 with `Allow`.
        case options(allow: [HTTPMethod])
        /// The path has routes, none for this method.
        case methodNotAllowed(allow: [HTTPMethod])
        /// No route has this path.
        case notFound
        /// A parameter of the path cannot be decoded.
        case malformed(HTTPDecodingError)
    }

    /// The routes of one template.
    fileprivate struct Node: Sendable {
        let segments: [RouteSegment]
        let names: [String]
        var routes: [HTTPRoute]
    }

    private var literal: [Substring: Node] = [:]
    private var parametric: [Node] = []

    /// Makes a router without routes.
    public init() {}

    /// Every route there is, by template and method.
    public var routes: [HTTPRoute] {
        (literal.values + parametric).flatMap(\.routes)
            .sorted { ($0.template, $0.method.token) < ($1.template, $1.method.token) }
    }

    /// Adds a route with a buffered body; a second one for the same method and template ends the program.
    public mutating func on(
        _ method: HTTPMethod,
        _ template: String,
        options: HTTPRouteOptions = HTTPRouteOptions(),
        handler: @escaping HTTPHandler
    ) {
        add(HTTPRoute(method, template, options, .buffered(handler)))
    }

    /// Adds a route that reads its body itself; a second one for the same method and template ends the program.
    public mutating func onStream(
        _ method: HTTPMethod,
        _ template: String,
        options: HTTPRouteOptions = HTTPRouteOptions(),
        handler: @escaping HTTPStreamingHandler
    ) {
        add(HTTPRoute(method, template, options, .streaming(handler)))
    }

    private mutating func add(_ route: HTTPRoute) {
        precondition(route.template.utf8.first == 0x2F, "a template starts with a slash")
        let segments = RouteSegment.parse(route.template)
        let names = segments.compactMap(\.parameterName)
        precondition(Set(names).count == names.count, "a template names each parameter once")
        if names.isEmpty {
            literal[route.template[...], default: Node(segments: segments, names: [], routes: [])].insert(route)
        } else if let index = parametric.firstIndex(where: { $0.segments == segments }) {
            parametric[index].insert(route)
        } else {
            let shape = segments.map(\.shape)
            let isNew = !parametric.contains { $0.segments.map(\.shape) == shape }
            precondition(isNew, "templates of the same shape name their parameters alike")
            parametric.append(Node(segments: segments, names: names, routes: [route]))
        }
    }

    /// Finds the route of a method and a raw path: one dictionary look-up if the template has no parameters.
    public func match(_ method: HTTPMethod, path: Substring) -> Match {
        if let node = literal[path] { return node.match(method, values: []) }
        for node in parametric {
            guard let raw = RouteSegment.match(node.segments, path) else { continue }
            var values: [String] = []
            for (index, piece) in raw.enumerated() {
                do throws(HTTPDecodingError.Reason) {
                    values.append(try PercentDecoding.decode(piece, plusIsSpace: false))
                } catch {
                    return .malformed(HTTPDecodingError(parameter: node.names[index], reason: error))
                }
            }
            return node.match(method, values: values)
        }
        guard path == "*" else { return .notFound }
        return .options(allow: Self.allowed(literal.values.flatMap(\.routes) + parametric.flatMap(\.routes)))
    }

    /// The methods of some routes with those that the driver answers itself, sorted.
    fileprivate static func allowed(_ routes: [HTTPRoute]) -> [HTTPMethod] {
        var methods = Set(routes.map(\.method))
        if methods.contains(.get) { methods.insert(.head) }
        methods.insert(.options)
        return methods.sorted { $0.token < $1.token }
    }
}

extension HTTPRouter.Node {
    fileprivate mutating func insert(_ route: HTTPRoute) {
        precondition(!routes.contains { $0.method == route.method }, "a method and template have one route")
        routes.append(route)
    }

    fileprivate func match(_ method: HTTPMethod, values: [String]) -> HTTPRouter.Match {
        var fallback: HTTPRoute?
        for route in routes {
            if route.method == method {
                return .found(
                    route,
                    names.isEmpty ? HTTPPathParameters() : HTTPPathParameters(names: names, values: values)
                )
            }
            if route.method == .get, method == .head { fallback = route }
        }
        if let fallback { return .found(fallback, HTTPPathParameters(names: names, values: values)) }
        let allow = HTTPRouter.allowed(routes)
        return method == .options ? .options(allow: allow) : .methodNotAllowed(allow: allow)
    }
}
