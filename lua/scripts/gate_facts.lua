-- gate_facts: everything that the gate holds of a sale, for a comparison with the record.
-- KEYS[1] epoch   the epoch of the facts
-- KEYS[2] sold    bitmap of sold units
-- KEYS[3] full    users who have bought the limit
-- Replies: FACTS epoch bitmap users
local epoch_key, sold_key, full_key = KEYS[1], KEYS[2], KEYS[3]

return {
    'FACTS',
    redis.call('GET', epoch_key) or '',
    redis.call('GET', sold_key) or '',
    redis.call('SMEMBERS', full_key),
}
