-- purchase_finish: take in the facts of a committed batch, and release its locks.
-- KEYS[1] epoch   the epoch of the facts
-- KEYS[2] sold    bitmap of sold units
-- KEYS[3] full    users who have bought the limit
-- KEYS[4...]      for each code two keys: done (its outcome), lock (token of whoever is deciding it)
-- ARGV[1] epoch   the epoch that the batch's own transaction read
-- ARGV[2] expiry  of the outcomes, in milliseconds
-- ARGV[3] units   how many sold units follow
-- ARGV[4] users   how many full users follow those
-- ARGV[5...]      the units, the users, then for each code: token, status, bytes
-- Replies: OK | COLD (facts of another epoch were dropped; the locks are released all the same)
local epoch_key, sold_key, full_key = KEYS[1], KEYS[2], KEYS[3]
local epoch, expiry, units, users = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local is_current = redis.call('GET', epoch_key) == epoch
if is_current then
    for index = 5, 4 + units do
        redis.call('SETBIT', sold_key, ARGV[index], 1)
    end
    for index = 5 + units, 4 + units + users do
        redis.call('SADD', full_key, ARGV[index])
    end
    -- A key that was made just now lasts as long as the epoch.
    local lifetime = redis.call('PTTL', epoch_key)
    for _, key in ipairs({ sold_key, full_key }) do
        if lifetime > 0 and redis.call('PTTL', key) == -1 then
            redis.call('PEXPIRE', key, lifetime)
        end
    end
end
local argument = 5 + units + users
for index = 4, #KEYS, 2 do
    local done_key, lock_key = KEYS[index], KEYS[index + 1]
    local token, status, body = ARGV[argument], ARGV[argument + 1], ARGV[argument + 2]
    if is_current then
        redis.call('SET', done_key, epoch .. '\n' .. status .. '\n' .. body, 'PX', expiry)
    end
    if token ~= '' and redis.call('GET', lock_key) == token then
        redis.call('DEL', lock_key)
    end
    argument = argument + 3
end
return { is_current and 'OK' or 'COLD' }
