/// Somebody in the realistic scenario: what they are like and what they want next.
struct Shopper {
    enum Kind { case aggressive, normal, browsing }
    enum Intent { case look, want, buy }

    let kind: Kind
    let user: Int
    var code: [UInt8] = []
    private(set) var intent: Intent
    private var wanted = 1
    private var pressed = 0

    init(kind: Kind, user: Int) {
        self.kind = kind
        self.user = user
        intent = kind == .aggressive ? .want : .look
    }

    /// In nanoseconds.
    var thinkingTime: Range<Int64> {
        switch kind {
        case .aggressive: 20_000_000..<100_000_000
        case .normal: 200_000_000..<1_500_000_000
        case .browsing: 300_000_000..<2_000_000_000
        }
    }

    /// `wantsToBuy` is a throw of a die with ten sides.
    mutating func afterLook(wantsToBuy: Int, count: Int) {
        wanted = count
        intent = wantsToBuy < (kind == .browsing ? 1 : 8) ? .want : .look
    }

    mutating func afterCheckout(joined: Bool) {
        if joined {
            wanted -= 1
            intent = wanted > 0 ? .want : .buy
        } else if kind == .aggressive {
            intent = .want
        } else {
            intent = code.isEmpty ? .look : .buy
        }
    }

    /// The impatient press twice, which changes nothing.
    mutating func afterPurchase(pressesAgain: Bool) {
        if kind == .aggressive, pressesAgain, pressed == 0 {
            pressed = 1
            return
        }
        pressed = 0
        code = []
        wanted = 1
        intent = kind == .aggressive ? .want : .look
    }
}
