import Kernel

/// One call with its answer: what a client asked, and what it was told, if it was told anything.
public struct Operation: Sendable {
    /// What is asked.
    public enum Call: String, Codable, Hashable, Sendable {
        // What shoppers do.
        case checkout
        case remove
        case purchase
        case findPurchase = "find_purchase"
        case listItems = "list_items"
        // What operators and fault runs do; these let a check tell cause from accident.
        case pause
        case resume
        case end
        case kill
    }

    /// The call, as the client sent it.
    public struct Question: Hashable, Sendable {
        /// The client, a number of the run.
        public var process: Int
        /// What is asked.
        public var call: Call
        /// Which instance was asked, by its place in the plan.
        public var node: Int
        /// Who shops.
        public var user: ExactText?
        /// The item that the call is about.
        public var item: ExactText?
        /// The code that the call is about.
        public var code: String?

        /// Puts a question together from its parts.
        public init(
            process: Int,
            _ call: Call,
            node: Int,
            user: ExactText? = nil,
            item: ExactText? = nil,
            code: String? = nil
        ) {
            self.process = process
            self.call = call
            self.node = node
            self.user = user
            self.item = item
            self.code = code
        }
    }

    /// How a call ended.
    public enum Ending: String, Codable, Hashable, Sendable {
        /// It was done.
        case ok
        /// It was not done, and that is final for this call.
        case refused
        /// It may or may not have been done, or may yet be: a time-out, a lost connection, a 5xx, "in progress".
        case unknown
    }

    /// What the client was told.
    public struct Answer: Hashable, Sendable {
        /// How the call ended.
        public var ending: Ending
        /// The HTTP status; `nil` where no response came.
        public var status: Int?
        /// The problem's code, or what became of the connection.
        public var problem: String?
        /// The code of a checkout.
        public var code: String?
        /// The items of the checkout, or those bought.
        public var items: [ExactText]
        /// Whether the response says that it repeats an earlier one.
        public var isReplay: Bool
        /// The exact bytes of a purchase's outcome, as text.
        public var body: String?

        /// Puts an answer together from its parts.
        public init(
            _ ending: Ending,
            status: Int? = nil,
            problem: String? = nil,
            code: String? = nil,
            items: [ExactText] = [],
            isReplay: Bool = false,
            body: String? = nil
        ) {
            self.ending = ending
            self.status = status
            self.problem = problem
            self.code = code
            self.items = items
            self.isReplay = isReplay
            self.body = body
        }
    }

    /// Its number in the run, from 0.
    public let id: Int
    /// What was asked.
    public let question: Question
    /// What the run was doing to the service.
    public let phase: String
    /// When it was asked: nanoseconds of the machine's monotonic clock.
    public let start: Int64
    /// What was answered; `nil` while nothing was.
    public internal(set) var answer: Answer?
    /// When it was answered.
    public internal(set) var answeredAt: Int64?
}

extension Operation {
    /// How it ended; a call that was never answered may have been done.
    public var ending: Ending { answer?.ending ?? .unknown }

    /// The last moment at which it can have taken effect; an unknown one may take effect at any time.
    public var end: Int64 { ending == .unknown ? .max : answeredAt ?? .max }

    /// The decided outcome of a code, where the answer is one: status and exact bytes.
    public var outcome: (status: Int, body: String)? {
        guard let answer, let status = answer.status, let body = answer.body, answer.ending != .unknown else {
            return nil
        }
        let isDecided = status == 200 || ["all_items_sold", "user_limit_exceeded"].contains(answer.problem)
        return isDecided && [.purchase, .findPurchase].contains(question.call) ? (status, body) : nil
    }

    /// A line for people.
    public var description: String {
        let names = [question.user?.string, question.item?.string, question.code].compactMap { $0 }
        let told = [answer?.status.map { "\($0)" }, answer?.problem, answer?.code].compactMap { $0 }
        return "#\(id) \(question.call.rawValue)(\(names.joined(separator: ", "))) at instance \(question.node)"
            + " → \(ending.rawValue) \(told.joined(separator: " "))"
    }
}
