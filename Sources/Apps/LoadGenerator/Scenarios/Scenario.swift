/// What shoppers do, as walks of requests; used on the event loop only.
protocol Scenario: AnyObject {
    /// Names of the steps, as they stand in the report.
    var steps: [String] { get }
    /// What was acknowledged so far.
    var ledger: Ledger { get }

    /// Writes the first request of an operation.
    func begin(_ visit: Visit, _ request: inout RequestBuffer) -> Beginning
    /// Takes an answer and writes the next request, if there is one.
    func proceed(_ visit: Visit, _ answer: Answer, _ request: inout RequestBuffer) -> Continuation
    /// The last request got no answer: what it did is unknown.
    func abandon(_ visit: Visit)
    /// Called once, when the first operations may begin.
    func open(_ street: any Street)
    /// Why nothing is left to do; ends the run.
    var end: String? { get }
}

extension Scenario {
    func open(_ street: any Street) {}
    var end: String? { nil }
}

/// How an operation begins.
enum Beginning {
    /// With a request of this step.
    case request(step: Int)
    /// Not at all: there is nothing left to do, for this reason.
    case over(String)
}

/// How an operation goes on.
enum Continuation {
    /// With a request of this step.
    case request(step: Int)
    /// It is over and got what it came for.
    case succeeded
    /// It is over and got nothing.
    case refused
}

/// Where shoppers come from, when the scenario decides about that.
protocol Street: AnyObject {
    /// Makes a shopper begin an operation after some nanoseconds.
    func arrive(_ shopper: Int, after nanoseconds: Int64)
}

/// One operation under way: a shopper at a connection.
final class Visit {
    /// The shopper, where the scenario's shoppers say when they come.
    var shopper = 0
    /// The user's number.
    var user = 0
    /// The items wished for, by number.
    var items: [Int] = []
    /// How many of them were asked for.
    var asked = 0
    /// The step that awaits an answer.
    var step = 0
    /// The code of the checkout, empty before there is one.
    var code: [UInt8] = []
    /// What a browser would keep: tags by page.
    var tags: [Int: [UInt8]] = [:]
    /// The page that is being read.
    var page = 0

    init() {
        items.reserveCapacity(16)
        code.reserveCapacity(64)
    }

    /// Begins a new operation.
    func reset(user: Int) {
        self.user = user
        items.removeAll(keepingCapacity: true)
        code.removeAll(keepingCapacity: true)
        asked = 0
    }
}
