import Testing
import Traces

@Suite struct TraceStateTests {
    @Test(arguments: [
        "rojo=00f067aa0ba902b7", "rojo=1,congo=t61rcWkgMzE", "a=1, b=2 ,\tc=3", "tenant@system=value", "1a=x",
        "a-b_c*d/e=x:y;z !", "a=1,,b=2", "a=" + String(repeating: "v", count: 256),
    ])
    func passesOnWhatIsWellFormedAsItCame(_ text: String) {
        #expect(TraceState.valid(text) == text)
    }

    @Test(arguments: [
        "", ",", "a", "=1", "a=", "A=1", "a=1,a=2", "a=b=c", "a b=1", "é=1", "a=é", "a=\u{1}", "_a=1", "a@b@c=1",
        "a=" + String(repeating: "v", count: 257), "a=" + String(repeating: "v", count: 600),
        (0..<33).map { "k\($0)=1" }.joined(separator: ","),
    ])
    func passesOnNothingElse(_ text: String) {
        #expect(TraceState.valid(text).isEmpty)
    }
}
