import API
import HTTP
import Logging
import NIOCore
import Traces

/// Makes the service's HTTP servers, which differ in where they listen and what they answer.
struct Servers {
    let configuration: AppConfiguration
    let group: any EventLoopGroup
    let log: Logger
    let tracer: Tracer?

    /// A server that does nothing yet.
    func shoppers(_ router: HTTPRouter) -> HTTPServer {
        server("shoppers", on: configuration.http, configuration.maxConnections, surplus: 128, router)
    }

    /// Operators are few, and their connections come out of what is kept free of shoppers'.
    func operators(_ router: HTTPRouter) -> HTTPServer {
        server("operators", on: configuration.admin, 64, surplus: 16, router)
    }

    /// `name` is the server's label in metrics.
    private func server(
        _ name: String,
        on listener: AppConfiguration.Listener,
        _ maxConnections: Int,
        surplus: Int,
        _ router: HTTPRouter
    ) -> HTTPServer {
        var bounds = HTTPServerConfiguration(host: listener.host, port: listener.port)
        bounds.requestDeadline = configuration.requestDeadline
        bounds.maxConnections = maxConnections
        bounds.maxSurplusConnections = surplus
        bounds.maxInFlight = configuration.maxInFlight
        bounds.drainTimeout = .seconds(4)
        return HTTPServer(
            configuration: bounds,
            router: router,
            eventLoopGroup: group,
            rejection: { rejection, _ in rejection.problemResponse },
            observer: RequestObserver(
                listener: name,
                log: log,
                tracer: tracer,
                accessLog: configuration.accessLog
            ),
            tracer: tracer
        )
    }
}
