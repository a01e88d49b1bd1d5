/// One thread of a pool with its connection.
final class PostgresPoolWorker: Sendable {
    /// What others leave for the worker.
    struct Mail: Sendable {
        var job: PostgresPoolJob?
        var isStopped = false
    }

    /// Time for the ROLLBACK of what a body left open.
    private static let rollbackTime = Duration.seconds(1)

    let index: Int
    let mailbox = Monitor(Mail())
    let interrupt = Interrupt()
    private let configuration: PostgresPoolConfiguration

    init(index: Int, _ configuration: PostgresPoolConfiguration) {
        self.index = index
        self.configuration = configuration
    }

    /// Works until the pool says stop; a job that was handed over is always done.
    func run(in pool: PostgresPool) {
        var connection: PostgresConnection?
        var failedAttempts = 0
        var next = pool.next(for: self)
        while true {
            switch next {
            case .job(let job):
                let (resume, failure) = perform(job, on: &connection)
                failedAttempts = failure == nil ? 0 : failedAttempts + 1
                // First free, then tell: the caller finds the pool as it left it.
                next = pool.next(for: self, pausingAfter: failure)
                resume()
            case .idle:
                next = mailbox.wait { $0.take() } ?? .stop
            case .pause:
                let end = ContinuousClock.now + pause(after: failedAttempts)
                let isStopped = mailbox.wait(until: end) { $0.isStopped ? true : nil } ?? false
                next = isStopped ? .stop : pool.next(for: self)
            case .stop:
                connection?.close()
                return
            }
        }
    }

    /// Runs a job; gives what resumes its caller, and the failure of a connection attempt that asks for a pause.
    private func perform(
        _ job: PostgresPoolJob,
        on connection: inout PostgresConnection?
    ) -> (@Sendable () -> Void, PostgresError?) {
        if connection?.isQuiet() != true || connection?.isWelcome != true {
            connection?.close()
            connection = nil
            let patience = ContinuousClock.now + configuration.connection.connectTimeout
            do throws(PostgresError) {
                connection = try PostgresConnection(
                    configuration.connection,
                    deadline: job.deadline,
                    interrupt: interrupt,
                    site: job.site
                )
            } catch {
                // An attempt cut short by its caller proves nothing about the server.
                let isCutShort = error.code == .cancelled || (error.code == .timedOut && job.deadline < patience)
                return ({ job.refuse(error) }, isCutShort ? nil : error)
            }
        }
        guard let lent = connection else { preconditionFailure("a connection was just made") }
        lent.limit = job.deadline
        let resume = job.perform(lent)
        tidy(lent)
        return (resume, nil)
    }

    /// Makes sure that the next caller finds no transaction.
    private func tidy(_ connection: PostgresConnection) {
        connection.limit = nil
        guard connection.isUsable, connection.isInTransaction else { return }
        do throws(PostgresError) {
            try connection.execute("ROLLBACK", within: Self.rollbackTime)
        } catch {
            connection.close()
        }
    }

    /// Doubles with each failed attempt up to the limit; the random half keeps many connections from coming at once.
    private func pause(after failedAttempts: Int) -> Duration {
        let doubled = configuration.reconnectDelay * (1 << min(max(failedAttempts - 1, 0), 16))
        return min(doubled, configuration.reconnectDelayLimit) * Double.random(in: 0.5...1)
    }
}

extension PostgresPoolWorker.Mail {
    /// What to do, once there is something; a job goes before the stop.
    fileprivate mutating func take() -> PostgresPoolState.Next? {
        if let job {
            self.job = nil
            return .job(job)
        }
        return isStopped ? .stop : nil
    }
}
