import Kernel

#if canImport(Glibc)
    import Glibc
#endif

/// The machine's time of day; names things before the record's clock is known, and decides nothing.
enum WallClock {
    @Sendable static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
