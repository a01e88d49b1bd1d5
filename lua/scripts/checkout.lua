-- checkout: may a proven fact refuse this checkout at once?
-- KEYS[1] epoch   the epoch of the facts
-- KEYS[2] sold    bitmap of sold units
-- KEYS[3] full    users who have bought the limit
-- ARGV[1] epoch   the epoch that the caller knows
-- ARGV[2] unit    number of the item
-- ARGV[3] user    who asks
-- Replies: SOLD | LIMIT (final) | GO (the record decides) | COLD (nothing known of this epoch)
local epoch_key, sold_key, full_key = KEYS[1], KEYS[2], KEYS[3]
local epoch, unit, user = ARGV[1], ARGV[2], ARGV[3]

if redis.call('GET', epoch_key) ~= epoch then
    return { 'COLD' }
end
if redis.call('GETBIT', sold_key, unit) == 1 then
    return { 'SOLD' }
end
if redis.call('SISMEMBER', full_key, user) == 1 then
    return { 'LIMIT' }
end
return { 'GO' }
