-- open_sale: make the gate hold facts of an epoch; merge them in where it has that epoch already.
-- KEYS[1] epoch     the epoch of the facts: system.timeline.number
-- KEYS[2] sold      bitmap of sold units
-- KEYS[3] full      users who have bought the limit
-- KEYS[4] bloom     sold-item filter
-- KEYS[5] incoming  scratch, gone when the script ends
-- ARGV[1] epoch     of the facts given
-- ARGV[2] expiry    of all keys, in seconds
-- ARGV[3] bits      bitmap of sold units
-- ARGV[4...]        users who have bought the limit
-- Replies: BUILT | STALE (the gate has a later epoch of the same system)
local epoch_key, sold_key, full_key, bloom_key, incoming_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local epoch, expiry, bits = ARGV[1], ARGV[2], ARGV[3]

local function parts(text)
    local system, timeline, number = string.match(text, '^(%d+)%.(%d+)%.(%d+)$')
    return system, tonumber(timeline), tonumber(number)
end

local held = redis.call('GET', epoch_key)
if held and held ~= epoch then
    local held_system, held_timeline, held_number = parts(held)
    local system, timeline, number = parts(epoch)
    local is_later = held_timeline and (held_timeline > timeline
        or (held_timeline == timeline and held_number > number))
    if held_system == system and is_later then
        return { 'STALE' }
    end
end
if held ~= epoch then
    redis.call('DEL', sold_key, full_key, bloom_key)
end
if bits ~= '' then
    redis.call('SET', incoming_key, bits)
    redis.call('BITOP', 'OR', sold_key, sold_key, incoming_key)
    redis.call('DEL', incoming_key)
end
for index = 4, #ARGV do
    redis.call('SADD', full_key, ARGV[index])
end
redis.call('SET', epoch_key, epoch)
for _, key in ipairs({ epoch_key, sold_key, full_key }) do
    redis.call('EXPIRE', key, expiry)
end
return { 'BUILT' }
