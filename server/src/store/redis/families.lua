
-- Every family is a hash, and so is every token that was ever given out; `families` and `tokens` have the family's
-- absolute end as the score, `families-of:<user>` is the user's index.

-- Makes room for one more token, by forgetting families whose absolute end has come.
local function room(now, most)
  local tokens, families = index('tokens'), index('families')
  if call('ZCARD', tokens) >= tonumber(most) then
    for _, token in ipairs(call('ZRANGEBYSCORE', tokens, '-inf', now)) do
      call('DEL', key('token', token))
    end
    for _, id in ipairs(call('ZRANGEBYSCORE', families, '-inf', now)) do
      local user = call('HGET', key('family', id), 'user')
      if user then
        call('SREM', key('families-of', user), id)
      end
      call('DEL', key('family', id))
    end
    call('ZREMRANGEBYSCORE', tokens, '-inf', now)
    call('ZREMRANGEBYSCORE', families, '-inf', now)
  end
  return call('ZCARD', tokens) < tonumber(most)
end

local function give_out(token, id, ends, life)
  local record = key('token', token)
  call('DEL', record)
  call('HSET', record, 'family', id)
  call('ZADD', index('tokens'), ends, token)
  keep(record, life)
  keep(index('tokens'), life)
end

-- 1: created, 0: its id or token exists, -1: full.
function verbs.create(id, token, user, now, ends, life, most, ...)
  if not room(now, most) then
    return -1
  end
  local record, all, of_user = key('family', id), index('families'), key('families-of', user)
  if call('EXISTS', record) == 1 or call('EXISTS', key('token', token)) == 1 then
    return 0
  end
  call('HSET', record, 'life', life, ...)
  call('ZADD', all, ends, id)
  call('SADD', of_user, id)
  for _, name in ipairs({ record, all, of_user }) do
    keep(name, life)
  end
  give_out(token, id, ends, life)
  return 1
end

-- When the token was used (or nothing), and its family.
function verbs.find(token)
  local known = call('HMGET', key('token', token), 'family', 'used')
  if not known[1] then
    return { '', {} }
  end
  return { known[2] or '', call('HGETALL', key('family', known[1])) }
end

-- What a first or repeated use of a live family's token comes to.
local function judge(used, successor, now, grace, gives)
  if not used then
    return 'rotated'
  end
  if grace == '' or tonumber(now) >= tonumber(used) + tonumber(grace) then
    return 'reused'
  end
  if gives == 'fork' then
    return 'forked'
  end
  local next_one = call('HMGET', key('token', successor), 'family', 'used')
  return (next_one[1] and not next_one[2]) and 'repeated' or 'reused'
end

-- The rules are those of rotation.rs: what came of it, and the family as it stands after that.
function verbs.rotate(token, successor, now, most, ends_family, grace, gives, jti, jti_ends)
  local known = call('HMGET', key('token', token), 'family', 'used')
  local record = key('family', known[1] or '')
  local family = call('HMGET', record, 'ends', 'ended_at', 'generation', 'life')
  local ends, ended, generation, life = unpack(family)
  if not known[1] or not ends then
    return { 'unknown', {} }
  end
  local came
  if ended then
    came = 'ended'
  elseif tonumber(ends) <= tonumber(now) then
    came = 'expired'
  else
    came = judge(known[2], successor, now, grace, gives)
  end
  if came == 'rotated' or came == 'forked' then
    if not room(now, most) then
      return { 'full', {} }
    end
    if came == 'rotated' then
      call('HSET', key('token', token), 'used', now)
    end
    give_out(successor, known[1], ends, life)
    call('HSET', record, 'generation', generation + 1, 'current', successor)
  end
  if came == 'rotated' or came == 'forked' or came == 'repeated' then
    call('HSET', record, 'last_used', now)
    if jti ~= '' then
      call('HSET', record, 'newest_jti', jti, 'newest_ends', jti_ends)
    end
  elseif came == 'reused' and ends_family == 'yes' then
    call('HSET', record, 'ended_at', now, 'ended_cause', 'reuse')
  end
  return { came, call('HGETALL', record) }
end

local function finish(id, at, cause)
  local record = key('family', id)
  if call('EXISTS', record) == 0 or call('HEXISTS', record, 'ended_at') == 1 then
    return 0
  end
  call('HSET', record, 'ended_at', at, 'ended_cause', cause)
  return 1
end

verbs.finish = finish

function verbs.finish_of(user, at, cause)
  local ended = 0
  for _, id in ipairs(call('SMEMBERS', key('families-of', user))) do
    ended = ended + finish(id, at, cause)
  end
  return ended
end

function verbs.all(now)
  local found = {}
  for _, id in ipairs(call('ZRANGEBYSCORE', index('families'), '(' .. now, '+inf')) do
    local record = call('HGETALL', key('family', id))
    if #record > 0 then
      found[#found + 1] = record
    end
  end
  return found
end

return verbs[ARGV[1]](unpack(ARGV, 2))
