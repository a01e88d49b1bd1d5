import Kernel
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00.000000Z", 0), ("2026-11-21T12:34:56.789012Z", 1_795_264_496_789_012),
        ("2000-02-29T23:59:59.999999Z", 951_868_799_999_999), ("1969-12-31T23:59:59.000000Z", -1_000_000),
    ])
    func writesAndReadsRFC3339(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        ("2026-11-21T13:34:56+01:00", "2026-11-21T12:34:56.000000Z"),
        ("2026-11-21t12:34:56.5z", "2026-11-21T12:34:56.500000Z"),
        ("2026-01-01T00:30:00-00:45", "2026-01-01T01:15:00.000000Z"),
        ("2026-11-21T12:34:56.1234567Z", "2026-11-21T12:34:56.123456Z"),
    ])
    func readsOffsetsAndFractions(_ text: String, _ expected: String) {
        #expect(Timestamp(rfc3339: text)?.description == expected)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T12:34:56",
        "2026-11-21T12:34:56Zx", "2026-11-21T12:34:5Z", "2026-11-21T12:34:56.Z",
        "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01",
    ])
    func refusesWhatIsNoTime(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test func findsTheStartOfAnHourBeforeAndAfter1970() {
        #expect(Timestamp(microseconds: 3_600_000_001).startOfHour.microseconds == 3_600_000_000)
        #expect(Timestamp(microseconds: -1).startOfHour.microseconds == -3_600_000_000)
    }
}

@Suite struct ExactTextTests {
    @Test func keepsCanonicallyEquivalentTextsApart() {
        let composed = ExactText("caf\u{E9}")
        let decomposed = ExactText("cafe\u{301}")

        #expect(composed.string == decomposed.string)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, ExactText("caf\u{E9}")]).count == 2)
        #expect(decomposed < composed)
    }

    /// Texts that differ in one place, or in nothing but their length, on either side of the eight bytes that are
    /// compared together.
    @Test func comparesByteByByteWhateverTheLength() {
        var texts = (0...20).map { String(repeating: "m", count: $0) }
        for place in 0..<20 {
            for other in ["a", "z", "é"] {
                texts.append(String(repeating: "m", count: place) + other + String(repeating: "m", count: 19 - place))
            }
        }
        for left in texts {
            for right in texts {
                #expect((ExactText(left) == ExactText(right)) == (left == right))
                let precedes = left.utf8.lexicographicallyPrecedes(right.utf8)
                #expect((ExactText(left) < ExactText(right)) == precedes, "\(left) and \(right)")
            }
        }
    }
}

@Suite struct DecimalDigitsTests {
    @Test(arguments: [0, 7, 9, 10, 99, 100, 1_000_000, 999_999_999, 1_000_000_000, .max] as [UInt32])
    func writesWhatStringDoes(_ number: UInt32) {
        let text = String(unsafeUninitializedCapacity: 2 + DecimalDigits.maxCount) { buffer in
            buffer[0] = UInt8(ascii: "<")
            let end = DecimalDigits.write(number, to: buffer, at: 1)
            buffer[end] = UInt8(ascii: ">")
            return end + 1
        }
        #expect(text == "<\(number)>")
    }
}

@Suite struct DurationTests {
    /// Nine seconds are where 64 bits of attoseconds end.
    @Test(arguments: [0, 1, 9_223_372, 9_223_373, 86_400_000_000] as [Int64], [1, -1] as [Int64])
    func countsMicroseconds(_ size: Int64, _ sign: Int64) {
        let duration = Duration.microseconds(sign * size)
        #expect(duration.microseconds == sign * size)
        #expect((duration + .nanoseconds(sign * 999)).microseconds == sign * size)
    }
}

@Suite struct CrockfordBase32Tests {
    @Test func readsWhatItWrites() {
        for value in [0, 1, 31, 32, 0x3FF_FFFF_FFFF_FFFF, (1 << 60) - 1] as [UInt64] {
            #expect(CrockfordBase32.decode(CrockfordBase32.encode(value, digits: 12)) == value)
        }
    }

    @Test(arguments: ["i", "O", "0000a", "U", "É", "-1"])
    func refusesForeignCharacters(_ text: String) { #expect(CrockfordBase32.decode(text) == nil) }
}

@Suite struct UUIDv7Tests {
    @Test func ordersLikeTimeAndCarriesItsVersion() {
        let early = UUIDv7(time: Timestamp(microseconds: 1_000_000), sequence: .max, random: .max)
        let late = UUIDv7.first(at: Timestamp(microseconds: 1_001_000))

        #expect(early < late)
        #expect(early.high >> 12 & 0xF == 7 && early.low >> 62 == 2)
    }
}

@Suite struct RecentlyUsedTests {
    @Test func keepsTheLatestHalfAtLeastAndNeverMoreThanItsCapacity() {
        var recent = RecentlyUsed<Int, Int>(capacity: 10)
        for key in 0..<1000 {
            recent[key] = key
            let kept = (0...key).filter { recent[$0] == $0 }

            #expect(kept.count <= 10 && kept.suffix(5) == Array(0...key).suffix(5))
        }
    }

    @Test func givesTheValueLastPutInAndNoneAfterItsRemoval() {
        var recent = RecentlyUsed<Int, String>(capacity: 4)
        for key in 1...3 { recent[key] = "old" }
        recent[1] = "new"
        recent[2] = nil

        #expect([1, 2, 3].map { recent[$0] } == ["new", nil, "old"])
    }
}
