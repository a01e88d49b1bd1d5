-- purchase_finish: take in the facts of a committed batch, and release its locks.
-- KEYS[1] epoch   the epoch of the facts
-- KEYS[2] sold    bitmap of sold units
-- KEYS[3] full    users who have bought the limit
-- KEYS[4...]      done: the outcome of each code; then lock: the lock on a code, for each token
-- ARGV[1] epoch   the epoch that the batch's own transaction read
-- ARGV[2] expiry  of the outcomes, in milliseconds
-- ARGV[3] units   how many sold units follow
-- ARGV[4] users   how many full users follow those
-- ARGV[5] codes   how many codes were decided
-- ARGV[6...]      the units, the users, for each code its status and bytes, then the tokens
-- Replies: OK | COLD (facts of another epoch were dropped; the locks are released all the same)
local epoch_key, sold_key, full_key = KEYS[1], KEYS[2], KEYS[3]
local epoch, expiry = ARGV[1], ARGV[2]
local units, users, codes = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

local is_current = redis.call('GET', epoch_key) == epoch
if is_current then
    -- One command, and one entry in the log, for many units; as many as fit on the stack at a time.
    for first = 6, 5 + units, 1000 do
        local bits = {}
        for index = first, math.min(first + 999, 5 + units) do
            local last = #bits
            bits[last + 1], bits[last + 2], bits[last + 3], bits[last + 4] = 'SET', 'u1', ARGV[index], '1'
        end
        redis.call('BITFIELD', sold_key, unpack(bits))
    end
    for index = 6 + units, 5 + units + users do
        redis.call('SADD', full_key, ARGV[index])
    end
    -- A key that was made just now lasts as long as the epoch.
    local lifetime = redis.call('PTTL', epoch_key)
    for _, key in ipairs({ sold_key, full_key }) do
        if lifetime > 0 and redis.call('PTTL', key) == -1 then
            redis.call('PEXPIRE', key, lifetime)
        end
    end
    local argument = 6 + units + users
    for index = 4, 3 + codes do
        local status, body = ARGV[argument], ARGV[argument + 1]
        redis.call('SET', KEYS[index], epoch .. '\n' .. status .. '\n' .. body, 'PX', expiry)
        argument = argument + 2
    end
end
local token = 6 + units + users + 2 * codes
for index = 4 + codes, #KEYS do
    if redis.call('GET', KEYS[index]) == ARGV[token] then
        redis.call('DEL', KEYS[index])
    end
    token = token + 1
end
return { is_current and 'OK' or 'COLD' }
