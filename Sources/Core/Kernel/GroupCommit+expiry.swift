extension GroupCommit {
    /// Removes what waits past its deadline and names it, together with what is past its deadline but shielded.
    ///
    /// `notRun` was surely not done and never will be. `shielded` may yet commit: who waits for it learns "not known".
    /// Shielded members stay, and are named again at the next call.
    /// Cost: one look at the queue's head when nothing has expired (deadlines come in order of arrival).
    public mutating func expire(now: Instant) -> (notRun: [Member], shielded: [Member]) {
        var notRun: [Member] = []
        while let first = queue.first, let deadline = first.deadline, deadline <= now {
            notRun.append(first.member)
            _ = queue.popFirst()
        }
        for index in retries.indices where !retries[index].isRerun {
            notRun += retries[index].dropExpired(now: now)
        }
        retries.removeAll(where: \.entries.isEmpty)

        let mayCommit = (inHand?.entries ?? []) + retries.filter(\.isRerun).flatMap(\.entries)
        let shielded = mayCommit.filter { $0.deadline.map { $0 <= now } ?? false }
        return (notRun, shielded.map { $0.member })
    }
}

extension GroupCommit.Batch {
    mutating func dropExpired(now: Instant) -> [Member] {
        let isExpired = { (entry: GroupCommit.Entry) in entry.deadline.map { $0 <= now } ?? false }
        let dropped = entries.filter(isExpired)
        guard !dropped.isEmpty else { return [] }
        entries.removeAll(where: isExpired)
        members = entries.map { $0.member }
        return dropped.map { $0.member }
    }
}
