import LuaScripts
import Redis

/// The scripts as the driver takes them; a script's tag is its place in ``all``.
enum GateScripts {
    static let all = LuaScripts.all.enumerated().map { tag, text in
        RedisScript(name: text.name, tag: tag, source: text.source)
    }

    static let checkout = script(LuaScripts.checkout)
    static let purchaseBegin = script(LuaScripts.purchaseBegin)
    static let purchaseFinish = script(LuaScripts.purchaseFinish)
    static let purchaseAbort = script(LuaScripts.purchaseAbort)
    static let openSale = script(LuaScripts.openSale)
    static let bloomPut = script(LuaScripts.bloomPut)
    static let bloomGet = script(LuaScripts.bloomGet)
    static let gateFacts = script(LuaScripts.gateFacts)
    static let leaseTake = script(LuaScripts.leaseTake)
    static let leaseRelease = script(LuaScripts.leaseRelease)
    static let rateLimit = script(LuaScripts.rateLimit)

    private static func script(_ text: LuaScripts.Text) -> RedisScript {
        guard let script = all.first(where: { $0.name == text.name }) else {
            preconditionFailure("a script is missing in the list of all scripts")
        }
        return script
    }
}
