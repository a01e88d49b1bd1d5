-- purchase_begin: replay the outcome of a code, or take the lock on it.
-- KEYS[1] epoch   the epoch of the facts
-- KEYS[2] done    outcome of the code: epoch, status and bytes, a line each
-- KEYS[3] lock    token of whoever is deciding the code
-- ARGV[1] epoch   the epoch that the caller knows
-- ARGV[2] token   proves who holds the lock
-- ARGV[3] expiry  of the lock, in milliseconds
-- Replies: DONE status bytes | LOCKED | BUSY (somebody else holds the lock) | COLD (nothing known of this epoch)
local epoch_key, done_key, lock_key = KEYS[1], KEYS[2], KEYS[3]
local epoch, token, expiry = ARGV[1], ARGV[2], ARGV[3]

if redis.call('GET', epoch_key) ~= epoch then
    return { 'COLD' }
end
local done = redis.call('GET', done_key)
if done then
    local known, status, body_start = string.match(done, '^([^\n]*)\n([^\n]*)\n()')
    if known == epoch then
        return { 'DONE', status, string.sub(done, body_start) }
    end
end
if redis.call('SET', lock_key, token, 'NX', 'PX', expiry) then
    return { 'LOCKED' }
end
return { 'BUSY' }
