import Kernel
import Redis
import Sales

/// The facts that the gate keeps: `open_sale.lua`, `bloom_put.lua`, `bloom_get.lua`, `gate_facts.lua`.
public struct RedisGateStore: GateStore {
    private enum Opening: String {
        case built = "BUILT"
        case stale = "STALE"
    }

    private enum Publication: String {
        case stored = "STORED"
        case old = "OLD"
        case cold = "COLD"
    }

    private enum Reading: String {
        case filter = "FILTER"
        case none = "NONE"
        case cold = "COLD"
    }

    private enum Content: String {
        case facts = "FACTS"
    }

    /// For how long a sale's keys stay when nobody opens it again.
    static let expiry: Int64 = 24 * 3600
    /// So many users go into one call, so that no call holds up the others for long.
    static let usersPerCall = 1000
    /// Those who look wait for one another, and the next look is a quarter of a second away.
    static let lookLimit = Duration.milliseconds(200)

    let calls: GateCalls

    /// What the gate holds of a sale; one round trip.
    public func state(of sale: SaleID) async -> GateState {
        var command = RedisCommand("GET")
        command.append(.epoch, of: sale)
        do {
            switch try await calls.client.send(command) {
            case .bulk(let epoch): return .epoch(String(decoding: epoch, as: UTF8.self))
            case .null: return .empty
            case .status, .integer, .array, .error: return .unreachable
            }
        } catch {
            return .unreachable
        }
    }

    /// Builds the gate or merges into it: the sold units in the first call, users in pieces; at most 2 s a call.
    ///
    /// Not atomic as a whole; a gate that has only some of the facts refuses less, never wrongly.
    public func open(_ facts: SaleFacts) async -> GateOpening {
        var rest = facts.full[...]
        var bitmap = UnitBitmap(facts.sold.units.numbers).bytes
        repeat {
            var call = RedisCommand(calling: GateScripts.openSale, keys: 5, capacity: 256 + bitmap.count)
            for key: SaleKey in [.epoch, .sold, .full, .bloom, .incoming] { call.append(key, of: facts.sale) }
            call.append(facts.epoch)
            call.append(Self.expiry)
            call.append(bitmap)
            for user in rest.prefix(Self.usersPerCall) { call.append(user.text.string) }
            switch await calls.call(call, as: Opening.self, within: GateCalls.longLimit)?.word {
            case .built: break
            case .stale: return .stale
            case nil: return .unreachable
            }
            rest = rest.dropFirst(Self.usersPerCall)
            bitmap = []
        } while !rest.isEmpty
        return .built
    }

    /// Publishes a filter unless a newer one is there; lost when the gate is away.
    public func publish(_ filter: SoldItemFilter, of sale: SaleID, epoch: GateEpoch) async {
        let bytes = filter.bloom.bytes
        var call = RedisCommand(calling: GateScripts.bloomPut, keys: 2, capacity: 256 + bytes.count)
        call.append(.epoch, of: sale)
        call.append(.bloom, of: sale)
        call.append(epoch)
        call.append(Self.digits(filter.generation))
        call.append(bytes)
        call.append(Self.expiry)
        _ = await calls.call(call, as: Publication.self, within: GateCalls.longLimit)
    }

    /// The published filter where it is newer, with the sold units; at most 2 s.
    public func filter(of sale: SaleID, epoch: GateEpoch, newerThan generation: Int64) async -> FilterReading {
        var call = RedisCommand(calling: GateScripts.bloomGet, keys: 3)
        call.append(.epoch, of: sale)
        call.append(.bloom, of: sale)
        call.append(.sold, of: sale)
        call.append(epoch)
        call.append(Self.digits(generation))
        guard let (word, reply) = await calls.call(call, as: Reading.self, within: GateCalls.longLimit) else {
            return .unreachable
        }
        switch word {
        case .none, .cold: return .none
        case .filter:
            guard let published = reply.text(0).flatMap(Int64.init), let bytes = reply.bytes(1),
                let bloom = BloomFilter(bytes: bytes), let sold = reply.bytes(2)
            else {
                calls.reportUnusable("a filter that cannot be read", to: call)
                return .none
            }
            return .newer(
                SoldItemFilter(generation: published, bloom: bloom),
                UnitBitmap(bytes: sold).soldUnits
            )
        }
    }

    /// The sold units, where the gate has them under this epoch; one round trip of at most 200 ms, a bit a unit.
    public func soldUnits(of sale: SaleID, epoch: GateEpoch) async -> SoldUnits? {
        var command = RedisCommand("MGET")
        command.append(.epoch, of: sale)
        command.append(.sold, of: sale)
        do {
            let reply = try await calls.client.send(command, within: Self.lookLimit)
            guard let values = reply.elements, values.count == 2, values[0].text == epoch.description else {
                return nil
            }
            return UnitBitmap(bytes: values[1].bytes ?? []).soldUnits
        } catch {
            return nil
        }
    }

    /// Every fact that the gate holds of a sale, in one call of at most 10 s.
    public func facts(of sale: SaleID) async -> GateContent? {
        var call = RedisCommand(calling: GateScripts.gateFacts, keys: 3)
        for key: SaleKey in [.epoch, .sold, .full] { call.append(key, of: sale) }
        guard let (_, reply) = await calls.call(call, as: Content.self, within: .seconds(10)) else { return nil }
        guard let epoch = reply.text(0), let sold = reply.bytes(1), let full = reply.list(2) else {
            calls.reportUnusable("facts that cannot be read", to: call)
            return nil
        }
        return GateContent(
            epoch: epoch,
            sold: UnitBitmap(bytes: sold).soldUnits,
            full: Set(full.compactMap { $0.text.map(UserID.init(stored:)) })
        )
    }

    /// Twenty digits, so that text compares like the number.
    private static func digits(_ generation: Int64) -> String {
        let text = String(max(0, generation))
        return String(repeating: "0", count: 20 - text.utf8.count) + text
    }
}
