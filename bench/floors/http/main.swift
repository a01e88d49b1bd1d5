// The floor of the service: SwiftNIO and its HTTP/1.1 codec, one event loop, the shortest answer, and nothing else.
//
//   HTTPFloor PORT
//
// Serves on 127.0.0.1 until SIGTERM, then reports what a request cost, from the first one on.

import FloorSupport
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

guard let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) else {
    floor_die("usage", "HTTPFloor PORT")
}

// Blocked before any thread is made, so that only `sigwait` takes it.
var signals = sigset_t()
sigemptyset(&signals)
sigaddset(&signals, SIGTERM)
pthread_sigmask(SIG_BLOCK, &signals, nil)

let tally = Tally()
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
_ = try ServerBootstrap(group: group)
    .serverChannelOption(.backlog, value: 1024)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
            try pipeline.addHandler(EmptyAnswer(tally: tally))
        }
    }
    .bind(host: "127.0.0.1", port: port)
    .wait()

var caught: Int32 = 0
sigwait(&signals, &caught)
tally.report(until: floor_now(), cpu: floor_own_cpu())
exit(0)
