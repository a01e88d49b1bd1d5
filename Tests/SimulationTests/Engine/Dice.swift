import Kernel
import Synchronization
import TestSupport

/// A stream of random choices of its own, so that what one actor draws does not shift what another draws.
final class Dice: Sendable, RandomSource {
    private let random: Mutex<SplitMix64>

    /// The stream of a purpose under a seed.
    init(seed: UInt64, _ purpose: UInt64) {
        var random = SplitMix64(seed: seed ^ purpose &* 0xd6e8_feb8_6659_fd93)
        _ = random.next()
        self.random = Mutex(random)
    }

    func next() -> UInt64 { random.withLock { $0.next() } }

    /// A number of the range.
    func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + random.withLock { $0.below(range.count) }
    }

    /// True so many times in a thousand.
    func perMille(_ share: Int) -> Bool { share > 0 && number(0...999) < share }

    /// A span of the range, in microseconds.
    func time(_ from: VirtualTime, _ to: VirtualTime) -> VirtualTime {
        .microseconds(Int64(number(Int(from.microseconds)...Int(to.microseconds))))
    }

    /// One of the elements.
    func one<Element>(of elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[number(0...elements.count - 1)]
    }
}
