-- lease_release: give a claim on work back.
-- KEYS[1] lease   token of whoever does the work
-- ARGV[1] token   the caller's
-- Replies: RELEASED | FOREIGN (it expired, or another has it)
local lease_key = KEYS[1]
local token = ARGV[1]

if redis.call('GET', lease_key) == token then
    redis.call('DEL', lease_key)
    return { 'RELEASED' }
end
return { 'FOREIGN' }
