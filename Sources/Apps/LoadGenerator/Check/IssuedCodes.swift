/// Checkout codes with their users, one after another in flat memory.
struct IssuedCodes: Sendable {
    private var text: [UInt8] = []
    private var ends: [Int] = []
    private var users: [Int32] = []

    var count: Int { users.count }

    mutating func append(_ code: [UInt8], user: Int) {
        text.append(contentsOf: code)
        ends.append(text.count)
        users.append(Int32(clamping: user))
    }

    /// The user of a code, by its place.
    func user(_ index: Int) -> Int { Int(users[index]) }

    /// A code, by its place.
    func code(_ index: Int) -> ArraySlice<UInt8> { text[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
}
