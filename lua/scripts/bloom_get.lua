-- bloom_get: the published sold-item filter, where it is newer than the caller's, with the sold units.
-- KEYS[1] epoch       the epoch of the facts
-- KEYS[2] bloom       the filter: 20 digits of generation, a line break, its bytes
-- KEYS[3] sold        bitmap of sold units
-- ARGV[1] epoch       the epoch that the caller knows
-- ARGV[2] generation  of the caller's filter, 20 digits
-- Replies: FILTER generation bytes bitmap | NONE (nothing newer) | COLD (another epoch)
local epoch_key, bloom_key, sold_key = KEYS[1], KEYS[2], KEYS[3]
local epoch, generation = ARGV[1], ARGV[2]

if redis.call('GET', epoch_key) ~= epoch then
    return { 'COLD' }
end
local published = redis.call('GETRANGE', bloom_key, 0, 19)
if published <= generation then
    return { 'NONE' }
end
return { 'FILTER', published, redis.call('GETRANGE', bloom_key, 21, -1), redis.call('GET', sold_key) or '' }
