import TestSupport
import Testing

/// A service that cannot serve ends, so that whoever started it learns of it.
@Suite struct StartTests {
    @Test(arguments: ["HTTP_PORT", "ADMIN_PORT"])
    func endsWhereItsPortIsTaken(_ setting: String) async throws {
        let holder = try await TestCollector.start()

        let service = try await Stage.make().service([setting: "\(holder.port)"], untilReady: false)

        #expect(try await service.waitForExit() != 0)
        #expect(service.log.contains("address in use"), "\(service.log)")
        try await holder.stop()
    }
}
