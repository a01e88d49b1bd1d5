import Kernel
import Synchronization

/// Gives out the names of attempts: version 7 UUIDs by the record's clock, unique among instances.
///
/// 40 random bits of the instance and a counter make them unique; nothing about them is secret. Costs no system call
/// but the reading of the clock.
public final class AttemptIDs: Sendable {
    private let board: SaleBoard
    private let time: any TimeSource
    private let instance: UInt64
    private let counter = Atomic<UInt64>(0)
    private let fallback: @Sendable () -> Timestamp

    /// Makes names for one instance; `fallback` tells the time before the record's clock is known.
    public init(
        board: SaleBoard,
        time: any TimeSource,
        random: any RandomSource,
        fallback: @escaping @Sendable () -> Timestamp
    ) {
        self.board = board
        self.time = time
        self.fallback = fallback
        instance = random.next() & 0xFF_FFFF_FFFF
    }

    /// A name that no other attempt has.
    public func next() -> UUIDv7 {
        let count = counter.add(1, ordering: .relaxed).newValue
        let now = board.recordClock(at: time.now) ?? fallback()
        // 12 bits of the counter order attempts within a millisecond, its upper bits go with the instance's.
        return UUIDv7(time: now, sequence: count, random: (count >> 12) << 40 | instance)
    }
}
