/// How often what breaks, in thousandths of the occasions.
struct Weather: Sendable {
    var connectRefused = 0
    var readLost = 0
    var flushConflict = 0
    var flushRejected = 0
    var flushAway = 0
    var flushNeverArrives = 0
    var replyLost = 0
    var flushLate = 0
    var gateAway = 0
    var gateReplyLost = 0
    var factsLost = 0
    var factsLate = 0
    var saturatedFilter = 0
    var answerLost = 0
    var slow = 0

    /// Nothing breaks.
    static let calm = Weather()

    /// Some faults often, most never: a run in which everything breaks reaches little of what is rare.
    static func drawn(from dice: Dice) -> Weather {
        func share(_ most: Int) -> Int { dice.perMille(450) ? dice.number(1...most) : 0 }
        return Weather(
            connectRefused: share(100),
            readLost: share(100),
            flushConflict: share(300),
            flushRejected: share(30),
            flushAway: share(60),
            flushNeverArrives: share(100),
            replyLost: share(250),
            flushLate: share(250),
            gateAway: share(200),
            gateReplyLost: share(200),
            factsLost: share(400),
            factsLate: share(400),
            saturatedFilter: share(900),
            answerLost: share(200),
            slow: share(300)
        )
    }
}
