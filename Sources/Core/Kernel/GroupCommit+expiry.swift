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
        // No key paths: in generic code each use would make them anew at run time.
        retries.removeAll { $0.entries.isEmpty }

        var shielded: [Member] = []
        if let inHand { shielded += inHand.expired(now: now) }
        for batch in retries where batch.isRerun { shielded += batch.expired(now: now) }
        return (notRun, shielded)
    }
}

extension GroupCommit.Batch {
    mutating func dropExpired(now: Instant) -> [Member] {
        let dropped = expired(now: now)
        guard !dropped.isEmpty else { return [] }
        entries.removeAll { $0.isExpired(now: now) }
        members = entries.map { $0.member }
        return dropped
    }

    func expired(now: Instant) -> [Member] {
        entries.lazy.filter { $0.isExpired(now: now) }.map { $0.member }
    }
}

extension GroupCommit.Entry {
    fileprivate func isExpired(now: Instant) -> Bool { deadline.map { $0 <= now } ?? false }
}
