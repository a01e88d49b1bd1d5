import API
import ArgumentParser
import Sales

extension SalesCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a sale on record, with generated items.",
            discussion: """
                Example, a sale whose items are brought along:
                  flashsale sales create --total-items 0 --starts-at 2026-01-31T12:00:00Z --ends-at 2026-01-31T13:00:00Z
                  flashsale sales import S-0000000001 items.ndjson
                """
        )

        @Option(help: "A name for people.") var name: String?
        @Option(help: "When it opens, such as 2026-01-31T12:00:00Z; default: now.") var startsAt: String?
        @Option(help: "When it closes; default: an hour after it opens.") var endsAt: String?
        @Option(help: "How many items to make up; 0 for a sale whose items are imported.") var totalItems: Int
        @Option(help: "The purchase limit of a user; default: SALE_ITEMS_PER_USER.") var itemsPerUser: Int?
        @Option(help: "Seconds after the end in which issued codes can be redeemed; default: SALE_GRACE_SECONDS.")
        var graceSeconds: Int?
        @Option(help: "At the planned end: close or run_out.") var afterEnd: String?
        @OptionGroup var output: OutputOptions
        @OptionGroup var options: SettingOptions

        func run() async throws {
            var request = CreateSale.Request()
            request.name = name
            request.startsAt = try startsAt.map { try Reading.time($0, "--starts-at") }
            request.endsAt = try endsAt.map { try Reading.time($0, "--ends-at") }
            request.totalItems = totalItems
            request.itemsPerUser = itemsPerUser
            request.graceSeconds = graceSeconds
            request.afterEnd = try afterEnd.map { try Reading.afterEnd($0) }
            let (wanted, output) = (request, output)
            try await OperatorTools.run(options.configuration()) { tools in
                let sale: Sale
                do throws(CreateSale.Failure) {
                    sale = try await tools.createSale.execute(wanted, by: OperatorTools.actor)
                } catch {
                    throw CommandFault(creating: error)
                }
                try await tools.show(sale.id, output)
            }
        }
    }
}

extension CommandFault {
    fileprivate init(creating failure: CreateSale.Failure) {
        switch failure {
        case .invalid(let faults):
            let lines = faults.sorted { $0.key < $1.key }.map { "\n  \($0.key) \($0.value)" }
            self.init("there is no sale:" + lines.joined(), .badData)
        case .store(let error): self.init(error, "the sale was not created")
        }
    }
}
