import Testing

@testable import PostgresStores

@Suite struct SetAssociativeCacheTests {
    @Test func givesTheValueLastPutInAndNoneAfterItsRemoval() {
        var cache = SetAssociativeCache<Int, String>(bits: 6)
        for key in 1...3 { cache[key] = "old" }
        cache[1] = "new"
        cache[2] = nil
        cache[2] = nil

        #expect([1, 2, 3, 4].map { cache[$0] } == ["new", nil, "old", nil])
    }

    @Test func forgetsWhatLiesLongestWhereItsPlacesAreWanted() {
        // One set: every key has the same four places.
        var cache = SetAssociativeCache<Int, Int>(bits: 2)
        for key in 1...4 { cache[key] = key }
        cache[1] = 10  // stays where it is
        cache[5] = 5
        cache[6] = 6

        #expect((1...6).map { cache[$0] } == [nil, nil, 3, 4, 5, 6])
    }

    @Test func keepsNearlyAllOfATwelfthOfItsPlaces() {
        var cache = SetAssociativeCache<Int, Int>(bits: 16)
        for key in 1...5_000 { cache[key] = key }

        // Expected is 0.3 of a lost key; 20 of them happen in no lifetime.
        #expect((1...5_000).count { cache[$0] != $0 } < 20)
    }
}
