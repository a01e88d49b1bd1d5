import NIOCore

/// Accepts nothing for a moment after a failure to accept, which is most often for want of file descriptors.
///
/// The kernel would offer the same connection again at once, and the event loop would do nothing else. It waits in the
/// backlog meanwhile; connections that are open go on.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let state: ServerState
    private var isPaused = false

    init(state: ServerState) {
        self.state = state
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else { return context.fireErrorCaught(error) }
        state.observer?.acceptFailed(error.errnoCode)
        guard !isPaused else { return }
        isPaused = true
        accept(false, on: context.channel)
        let channel = context.channel
        let pause = TimeAmount(state.configuration.acceptPause)
        channel.eventLoop.assumeIsolated().scheduleTask(in: pause) {
            self.isPaused = false
            self.accept(true, on: channel)
        }
    }

    private func accept(_ isAccepting: Bool, on channel: any Channel) {
        // A listener that is closed, for this error or because the server drains, accepts nothing anyway.
        try? channel.syncOptions?.setOption(.autoRead, value: isAccepting)
    }
}
