import HTTP
import Testing

@testable import API

@Suite struct OperatorDoorTests {
    private static let right = APIHarness.operatorToken

    /// It once ended the service.
    @Test func saysThatThereIsNoSaleToImportInto() async throws {
        try await APIHarness.with { harness in
            let answer = await harness.operators.call(.post, "/admin/sales/S-0000009999/items", bearer: [Self.right])
            #expect(answer.status == 404 && answer.text == Problem(.saleNotFound).response.text)
        }
    }
}
