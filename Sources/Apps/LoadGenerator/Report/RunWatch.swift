/// Follows a run from beside it: processes, metrics, the progress line.
struct RunWatch {
    private var processes: ProcessWatch
    private let metrics: [ControlClient]
    private let showsProgress: Bool
    private var before: MetricsText?
    private var after: MetricsText?
    private var last = Measurements.Progress()
    private var seconds = 0
    /// What could not be looked at.
    var notes: [String] = []

    init(processes: [String: [ProcessTree]], metrics: [ControlClient], showsProgress: Bool) {
        self.processes = ProcessWatch(processes)
        self.metrics = metrics
        self.showsProgress = showsProgress
    }

    var memory: [String: RunReport.Memory] { processes.memory }

    /// What has changed in the metrics; nothing where they could not be read.
    var change: [String: Double] {
        guard let before, let after else { return [:] }
        return after.change(since: before)
    }

    func processor(requests: Int, operations: Int) -> [String: RunReport.Processor] {
        processes.processor(requests: requests, operations: operations)
    }

    mutating func note(_ event: Engine.Event) async {
        switch event {
        case .opened:
            before = await scrape()
            processes.open()
        case .second(let progress):
            seconds += 1
            processes.noteMemory(second: seconds)
            if showsProgress { show(progress) }
            last = progress
        case .closed:
            processes.close()
            after = await scrape()
        }
    }

    func endProgress() {
        if showsProgress, seconds > 0 { Terminal.endProgress() }
    }

    private func show(_ progress: Measurements.Progress) {
        let p99 = progress.p99.map { TextTable.milliseconds($0) }.joined(separator: " ")
        Terminal.progress(
            """
            \(seconds) s: \(progress.operations - last.operations) operations/s, \
            \(progress.requests - last.requests) requests/s, p99 \(p99) ms, \
            refused \(progress.refused), failed \(progress.failed)
            """
        )
    }

    /// The metrics of all instances; `nil` where one did not give them.
    private mutating func scrape() async -> MetricsText? {
        var text = MetricsText()
        for client in metrics {
            do {
                let reply = try await client.get("/metrics")
                guard reply.status == 200 else { throw LoadFault("answered \(reply.status)") }
                text.add(reply.text)
            } catch {
                notes.append("no metrics from \(client.endpoint): \(error)")
                return nil
            }
        }
        return text
    }
}
