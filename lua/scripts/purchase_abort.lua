-- purchase_abort: give the lock on a code back without an outcome.
-- KEYS[1] lock    token of whoever is deciding the code
-- ARGV[1] token   the caller's
-- Replies: RELEASED | FOREIGN (it expired, or somebody else has it)
local lock_key = KEYS[1]
local token = ARGV[1]

if redis.call('GET', lock_key) == token then
    redis.call('DEL', lock_key)
    return { 'RELEASED' }
end
return { 'FOREIGN' }
