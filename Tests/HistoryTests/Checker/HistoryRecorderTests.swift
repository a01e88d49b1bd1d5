import Foundation
import Kernel
import Testing

@testable import History

@Suite struct HistoryRecorderTests {
    @Test func readsBackWhatItWrote() throws {
        let path = NSTemporaryDirectory() + "history-\(UUID().uuidString).jsonl"
        defer { unlink(path) }
        let recorder = try HistoryRecorder(file: path)
        let user: ExactText = "Zoe\u{308} \"\n"
        let id = try #require(recorder.begin(.init(process: 3, .checkout, node: 1, user: user, item: "a")))
        recorder.phase = "fault"
        let body = "{\"purchased_items\":[],\"é\":\"e\u{301}\\u0000\"}"
        let other = try #require(recorder.begin(.init(process: 4, .purchase, node: 0, code: "1")))
        recorder.end(other, .init(.ok, status: 200, items: ["a"], isReplay: true, body: body))
        recorder.end(id, .init(.refused, status: 409, problem: "item_already_sold"))
        recorder.note(.kill, node: 1)
        recorder.close()

        let read = try History(file: path).operations

        let kept = recorder.history().operations
        #expect(read.count == 3)
        #expect(read.map(\.id) == kept.map(\.id))
        #expect(read.map(\.question) == kept.map(\.question))
        #expect(read.map(\.answer) == kept.map(\.answer))
        #expect(read.map(\.start) == kept.map(\.start))
        #expect(read.map(\.answeredAt) == kept.map(\.answeredAt))
        #expect(read.map(\.phase) == ["calm", "fault", "fault"])
        #expect(read[1].answer?.body?.utf8.elementsEqual(body.utf8) == true)
    }

    @Test func holdsNoMoreThanItMay() throws {
        let recorder = try HistoryRecorder(capacity: 1)

        #expect(recorder.begin(.init(process: 0, .listItems, node: 0)) == 0)
        #expect(recorder.begin(.init(process: 0, .listItems, node: 0)) == nil)
        #expect(recorder.unknownCount == 1)
    }

    @Test func refusesLinesThatAreNoEvents() throws {
        let path = NSTemporaryDirectory() + "history-\(UUID().uuidString).jsonl"
        defer { unlink(path) }
        try "{}\n".write(toFile: path, atomically: true, encoding: .utf8)

        #expect(throws: History.Malformed.self) { try History(file: path) }
    }
}
