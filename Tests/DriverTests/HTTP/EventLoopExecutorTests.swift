import HTTP
import NIOCore
import NIOPosix
import Testing

@Suite struct EventLoopExecutorTests {
    /// What a task that prefers the loop calls must not wait behind whatever else the loop has to do.
    @Test func goesFromFunctionToFunctionWithoutAQueue() async throws {
        try await withLoop { loop in
            let order = HTTPTestBox<[String]>([])
            let task = Task(executorPreference: EventLoopExecutor.of(loop)) {
                loop.execute { order.update { $0.append("other work") } }
                for _ in 0..<3 { await elsewhere() }
                order.update { $0.append("task") }
            }
            await task.value
            try await loop.submit {}.get()
            #expect(order.value == ["task", "other work"])
        }
    }

    /// Each of many tasks that wait together runs, once, on the loop, in the order in which they were woken.
    @Test func runsAllThatWereWokenTogether() async throws {
        try await withLoop { loop in
            let waiting = HTTPTestBox<[UnsafeContinuation<Void, Never>]>([])
            let order = HTTPTestBox<[Int]>([])
            let tasks = (0..<100).map { number in
                Task(executorPreference: EventLoopExecutor.of(loop)) {
                    await withUnsafeContinuation { waiter in waiting.update { $0.append(waiter) } }
                    #expect(loop.inEventLoop)
                    order.update { $0.append(number) }
                }
            }
            while waiting.value.count < 100 { await Task.yield() }
            for waiter in waiting.value { waiter.resume() }
            for task in tasks { await task.value }
            #expect(order.value == Array(0..<100))
        }
    }

    @concurrent
    private func elsewhere() async {}

    private func withLoop(_ body: (any EventLoop) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        try await body(group.next())
        try await group.shutdownGracefully()
    }
}
