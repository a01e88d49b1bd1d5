import Testing
import Traces

@Suite struct TraceParentTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test func readsWhatTheSpecificationShows() throws {
        let parent = try #require(TraceParent("00-\(Self.trace)-\(Self.span)-01"))

        #expect(parent.traceID.description == Self.trace)
        #expect(parent.parentID.description == Self.span)
        #expect(parent.isSampled)
    }

    @Test(arguments: [("00", false), ("01", true), ("02", false), ("03", true), ("fe", false), ("ff", true)])
    func looksAtTheSampledFlagAlone(_ flags: String, _ isSampled: Bool) throws {
        #expect(try #require(TraceParent("00-\(Self.trace)-\(Self.span)-\(flags)")).isSampled == isSampled)
    }

    @Test(arguments: [
        "01-\(trace)-\(span)-01", "fe-\(trace)-\(span)-01", "01-\(trace)-\(span)-01-what-later-versions-add",
        "cc-\(trace)-\(span)-01-",
    ])
    func readsLaterVersionsAsFarAsTheyAreKnown(_ text: String) throws {
        let parent = try #require(TraceParent(text))

        #expect(parent.traceID.description == Self.trace && parent.parentID.description == Self.span)
    }

    @Test(arguments: [
        "", "00", "00-", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-1",
        // Ids of zeros, and the version that is forbidden.
        "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01", "ff-\(trace)-\(span)-01",
        // Capital letters, and what is no digit.
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-\(span)-01", "00-\(trace)-00F067AA0BA902B7-01", "0A-\(trace)-\(span)-01",
        "00-\(trace)-\(span)-0A", "00-\(trace)-\(span)-0g", "00-g\(trace.dropFirst())-\(span)-01",
        "00-\(trace)-+\(span.dropFirst())-01", ".0-\(trace)-\(span)-01",
        // Lengths and separators.
        "00-\(trace.dropLast())-\(span)-01", "00-\(trace)0-\(span)-01", "00-\(trace)-\(span)0-01",
        "00_\(trace)-\(span)-01", "00-\(trace)_\(span)-01", "00-\(trace)-\(span)_01", "0-\(trace)-\(span)-01-x",
        "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-x", "00-\(trace)-\(span)-01 ", "01-\(trace)-\(span)-01x",
        " 00-\(trace)-\(span)-01", "00-\(trace)-\(span)-01,00-\(trace)-\(span)-01", "00-\(trace)-\(span)-é",
    ])
    func takesNothingFromWhatIsInvalid(_ text: String) {
        #expect(TraceParent(text) == nil)
    }

    @Test func writesWhatItReads() throws {
        let id = try #require(TraceID(high: 1, low: .max))
        let span = try #require(SpanID(1 << 63))
        let place = TraceContext(traceID: id, spanID: span, isSampled: true)

        let parent = try #require(TraceParent(place.traceParent))

        #expect(place.traceParent == "00-0000000000000001ffffffffffffffff-8000000000000000-01")
        #expect(parent.traceID == id && parent.parentID == span && parent.isSampled)
    }
}
