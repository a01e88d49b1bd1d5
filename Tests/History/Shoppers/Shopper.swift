import Foundation
import Kernel
import TestSupport

/// One client of a run: visits the shop again and again, on a thread of its own.
final class Shopper {
    private let process: Int
    private let plan: ShoppersPlan
    private let market: Market
    private let recorder: HistoryRecorder
    private let wires: [ShopperWire]
    private var random: SplitMix64

    init(_ process: Int, _ plan: ShoppersPlan, _ market: Market, _ recorder: HistoryRecorder) {
        self.process = process
        self.plan = plan
        self.market = market
        self.recorder = recorder
        wires = plan.nodes.map { ShopperWire($0) }
        random = SplitMix64(seed: plan.seed &+ UInt64(process + 1) &* 0xD1B5_4A32_D192_ED03)
    }

    /// Shops until the run is over.
    func shop() {
        while !market.isOver { visit() }
    }

    private func visit() {
        if random.percent(8), let known = market.knownCode(&random) { return lookAgain(at: known.code, known.items) }
        let isShared = random.percent(plan.sharedUsers)
        let user =
            (isShared ? market.knownUser(&random) : nil)
            ?? market.newUser(prefix: plan.userPrefix, seed: plan.seed)
        market.remember(user: user)
        var code: String?
        var items: [ExactText] = []
        for _ in 0..<(1 + random.below(3)) {
            guard let item = chooseItem() else { return refresh() }
            let answer = insist(.checkout, user: user, item: item)
            if answer?.ending == .ok {
                code = answer?.code
                items = answer?.items ?? []
            }
            if answer?.problem == "item_already_sold" { market.markSold([item]) }
            if let code, answer?.ending == .ok, random.percent(plan.removals) {
                _ = insist(.remove, item: item, code: code)
            }
        }
        guard let code, random.percent(92) else { return }
        buy(code, items)
    }

    private func chooseItem() -> ExactText? {
        if random.percent(plan.soldItems), let item = market.soldItem(&random) { return item }
        if let item = market.unsoldItem(window: plan.window, &random) { return item }
        return plan.untilSoldOut || !market.isSoldOut ? nil : market.soldItem(&random)
    }

    private func buy(_ code: String, _ items: [ExactText]) {
        // Before it is sent, so that somebody else may present or change it at the same time.
        market.remember(code: code, items: items)
        let answer = insist(.purchase, code: code)
        if answer?.status == 200 { market.markSold(answer?.items ?? []) }
        if random.percent(plan.replays) { _ = insist(.purchase, code: code) }
        if random.percent(15) { _ = insist(.findPurchase, code: code) }
    }

    /// What others do with a code of somebody's.
    private func lookAgain(at code: String, _ items: [ExactText]) {
        switch random.below(100) {
        case 0..<50: _ = insist(.purchase, code: code)
        case 50..<80: _ = insist(.findPurchase, code: code)
        default: if let item = items.randomElement(using: &random) { _ = insist(.remove, item: item, code: code) }
        }
    }

    /// Everything seems sold: ask, after a page's age of a quarter of a second.
    private func refresh() {
        usleep(300_000)
        guard let answer = insist(.listItems), answer.ending == .ok else { return }
        market.take(listing: answer.items, stopsWhenSoldOut: plan.untilSoldOut)
    }

    /// Calls until an answer is definite, on another instance each time; `nil` when the run is over or patience is.
    private func insist(
        _ call: Operation.Call,
        user: String? = nil,
        item: ExactText? = nil,
        code: String? = nil
    ) -> Operation.Answer? {
        guard market.mayCall() else { return nil }
        var node = random.below(wires.count)
        let giveUp = HistoryRecorder.now + plan.patience.nanoseconds
        while true {
            let question = Operation.Question(
                process: process,
                call,
                node: node,
                user: user.map { ExactText($0) },
                item: item,
                code: code
            )
            guard let answer = ask(question) else { return nil }
            if answer.ending != .unknown { return answer }
            guard HistoryRecorder.now < giveUp, !(market.isStopped && call != .purchase) else { return nil }
            usleep(answer.status == nil ? 50_000 : 20_000)
            node = (node + 1) % wires.count
        }
    }

    private func ask(_ question: Operation.Question) -> Operation.Answer? {
        if let rate = plan.operationsPerSecond {
            let wait = (market.turn(at: rate) - HistoryRecorder.now) / 1000
            if wait > 0 { usleep(UInt32(min(wait, 1_000_000))) }
        }
        guard let id = recorder.begin(question) else { return nil }
        let deadline = HistoryRecorder.now + plan.deadline.nanoseconds
        let answer: Operation.Answer =
            switch wires[question.node].exchange(request(question), deadline: deadline) {
            case .response(let response): Operation.Answer(response, to: question.call)
            case .notSent: Operation.Answer(.unknown, problem: "not_sent")
            case .lost: Operation.Answer(.unknown, problem: "connection_lost")
            case .timedOut: Operation.Answer(.unknown, problem: "timed_out")
            }
        recorder.end(id, answer)
        return answer
    }

    private func request(_ question: Operation.Question) -> String {
        let item = question.item.map { Self.escaped($0.string) } ?? ""
        let code = question.code.map { Self.escaped($0) } ?? ""
        let line: String =
            switch question.call {
            case .checkout:
                "POST /checkout?user_id=\(Self.escaped(question.user?.string ?? ""))&item_id=\(item)"
            case .remove: "DELETE /checkouts/\(code)/items/\(item)"
            case .purchase: "POST /purchase?code=\(code)"
            case .findPurchase: "GET /purchases/\(code)"
            case .listItems: "GET /sales/\(plan.sale)/items?available=true&limit=50"
            case .pause, .resume, .end, .kill: preconditionFailure("shoppers do not operate the service")
            }
        let length = line.hasPrefix("POST") ? "Content-Length: 0\r\n" : ""
        return "\(line) HTTP/1.1\r\nHost: test\r\n\(length)\r\n"
    }

    /// Percent-encodes everything but what needs no encoding anywhere, byte by byte.
    private static func escaped(_ text: String) -> String {
        text.utf8.allSatisfy { isPlain($0) }
            ? text
            : text.utf8.map { isPlain($0) ? String(UnicodeScalar($0)) : String(format: "%%%02X", $0) }.joined()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
