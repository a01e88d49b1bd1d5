import API
import HTTP
import Logging
import NIOCore

/// Makes the service's HTTP servers, which differ in where they listen and what they answer.
struct Servers {
    let configuration: AppConfiguration
    let group: any EventLoopGroup
    let log: Logger

    /// A server that does nothing yet; `name` is its label in metrics.
    func server(_ name: String, on listener: AppConfiguration.Listener, _ router: HTTPRouter) -> HTTPServer {
        var bounds = HTTPServerConfiguration(host: listener.host, port: listener.port)
        bounds.requestDeadline = configuration.requestDeadline
        bounds.maxInFlight = configuration.maxInFlight
        bounds.drainTimeout = .seconds(4)
        return HTTPServer(
            configuration: bounds,
            router: router,
            eventLoopGroup: group,
            rejection: { rejection, _ in rejection.problemResponse },
            observer: RequestObserver(listener: name, log: log)
        )
    }
}
