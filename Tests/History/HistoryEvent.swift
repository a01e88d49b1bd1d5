import Kernel

/// One line of a recorded history: a call that goes out (`invoke`), or its answer (`ok`, `refused`, `unknown`).
public struct HistoryEvent: Codable, Hashable, Sendable {
    /// What happened.
    public enum Kind: String, Codable, Hashable, Sendable {
        case invoke
        case ok
        case refused
        case unknown
    }

    /// Joins an answer to its call.
    public var op: Int
    /// The client.
    public var process: Int
    /// What happened.
    public var type: Kind
    /// What was called.
    public var f: Operation.Call
    /// When: nanoseconds of the machine's monotonic clock.
    public var t_ns: Int64
    /// The instance.
    public var node: Int
    /// What the run was doing to the service when the call went out.
    public var phase: String?
    /// Who shops.
    public var user: String?
    /// The item asked about.
    public var item: String?
    /// The code asked about; in an answer, the checkout's.
    public var code: String?
    /// The HTTP status.
    public var status: Int?
    /// The problem's code.
    public var problem: String?
    /// The items that the answer names.
    public var items: [String]?
    /// Whether the answer says that it repeats an earlier one.
    public var replayed: Bool?
    /// A purchase's outcome, byte for byte.
    public var body: String?
}

extension Operation {
    /// The line that says what was asked.
    var invocation: HistoryEvent {
        var event = event(.invoke, at: start)
        event.phase = phase
        event.user = question.user?.string
        event.item = question.item?.string
        event.code = question.code
        return event
    }

    /// The line that says what was answered.
    var completion: HistoryEvent? {
        guard let answer, let answeredAt else { return nil }
        var event = event(HistoryEvent.Kind(answer.ending), at: answeredAt)
        event.status = answer.status
        event.problem = answer.problem
        event.code = answer.code
        event.items = answer.items.isEmpty ? nil : answer.items.map(\.string)
        event.replayed = answer.isReplay ? true : nil
        event.body = answer.body
        return event
    }

    /// The call of an `invoke` line.
    init(_ event: HistoryEvent) {
        self.init(
            id: event.op,
            question: Question(
                process: event.process,
                event.f,
                node: event.node,
                user: event.user.map { ExactText($0) },
                item: event.item.map { ExactText($0) },
                code: event.code
            ),
            phase: event.phase ?? "",
            start: event.t_ns
        )
    }

    /// Takes in the line of the answer.
    mutating func complete(_ event: HistoryEvent) {
        answeredAt = event.t_ns
        answer = Answer(
            Ending(rawValue: event.type.rawValue) ?? .unknown,
            status: event.status,
            problem: event.problem,
            code: event.code,
            items: (event.items ?? []).map { ExactText($0) },
            isReplay: event.replayed ?? false,
            body: event.body
        )
    }

    private func event(_ kind: HistoryEvent.Kind, at time: Int64) -> HistoryEvent {
        HistoryEvent(op: id, process: question.process, type: kind, f: question.call, t_ns: time, node: question.node)
    }
}

extension HistoryEvent.Kind {
    fileprivate init(_ ending: Operation.Ending) {
        switch ending {
        case .ok: self = .ok
        case .refused: self = .refused
        case .unknown: self = .unknown
        }
    }
}
