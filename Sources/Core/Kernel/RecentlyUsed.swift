/// A dictionary that forgets: of a bounded size, it keeps what was put in last.
///
/// Two generations bound it: when the young one is full it becomes the old one, and the old one is forgotten. So the
/// last `capacity / 2` entries are there for sure, and no order has to be kept. Inlinable, because unspecialised it costs
/// a batch several times as much.
public struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline let half: Int
    @usableFromInline var young: [Key: Value] = [:]
    @usableFromInline var old: [Key: Value] = [:]

    /// An empty one that never holds more than `capacity` entries.
    @inlinable
    public init(capacity: Int) { half = capacity / 2 }

    /// The value last put in, unless it is forgotten; `nil` removes it.
    @inlinable
    public subscript(key: Key) -> Value? {
        get { young[key] ?? old[key] }
        set {
            guard let newValue else {
                if young.removeValue(forKey: key) == nil { old.removeValue(forKey: key) }
                return
            }
            if young.count >= half, young[key] == nil {
                old = young
                young = [:]
            }
            young[key] = newValue
        }
    }
}
