import ArgumentParser
import Kernel
import Sales

/// Reads what is typed, and says what is wrong in a sentence.
enum Reading {
    static func sale(_ text: String) throws -> SaleID {
        guard let id = SaleID(text) else { throw ValidationError("\(text) is no sale id; they look like S-0000000001") }
        return id
    }

    static func time(_ text: String, _ option: String) throws -> Timestamp {
        guard let time = Timestamp(rfc3339: text) else {
            throw ValidationError("\(option) must be a time like 2026-01-31T12:00:00Z")
        }
        return time
    }

    static func afterEnd(_ text: String) throws -> Sale.AfterEnd {
        guard let word = Sale.AfterEnd(rawValue: text) else {
            throw ValidationError("--after-end must be close or run_out")
        }
        return word
    }

    static func control(_ command: ControlSale.Command, _ text: String, _ options: SettingOptions) async throws {
        let id = try sale(text)
        try await OperatorTools.run(options.configuration()) { tools in
            switch try await tools.controlSale.execute(command, on: id, by: OperatorTools.actor) {
            case nil: throw CommandFault("there is no sale \(id)")
            case .failure(.ended): throw CommandFault("the sale \(id) is over")
            case .failure(.invalidEnd(let reason)): throw CommandFault(reason)
            case .success: try await SaleTable.show(id, tools)
            }
        }
    }

    /// Runs a use case and turns its refusals into sentences.
    static func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let failure as CreateSale.Failure {
            throw CommandFault(sentence(failure))
        } catch let failure as ImportItems.Failure {
            throw CommandFault(sentence(failure))
        }
    }

    private static func sentence(_ failure: CreateSale.Failure) -> String {
        switch failure {
        case .invalid(let faults): faults.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: "\n")
        case .store(let error): "the sale could not be created: \(error)"
        }
    }

    private static func sentence(_ failure: ImportItems.Failure) -> String {
        switch failure {
        case .saleNotFound: "there is no such sale"
        case .saleHasBegun: "the sale has begun; items can be imported before it starts"
        case .rejected(let faults):
            "nothing was imported:\n" + faults.map { "  line \($0.line): \($0.reason)" }.joined(separator: "\n")
        case .store(let error): "nothing was imported: \(error)"
        case .stream(let error): "nothing was imported: reading failed: \(error)"
        }
    }
}

/// Sales as a table for people.
enum SaleTable {
    static func show(_ id: SaleID, _ tools: OperatorTools) async throws {
        show(try await tools.sales.sale(id, by: OperatorTools.deadline).map { [$0] } ?? [])
    }

    static func show(_ summaries: [SaleSummary]) {
        let rows = summaries.map { summary in
            [
                summary.sale.id.description, summary.status.rawValue, summary.sale.startsAt.description,
                summary.sale.endsAt.description, "\(summary.itemsSold)/\(summary.sale.totalItems)", summary.sale.name,
            ]
        }
        Terminal.write(Table.render(["SALE", "STATUS", "STARTS", "ENDS", "SOLD", "NAME"], rows))
    }
}
