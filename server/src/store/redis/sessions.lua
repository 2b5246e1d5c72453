
-- Every session is a hash; `sessions` has its expiry as the score, `sessions-of:<user>` is the user's index.

local function drop(id)
  local record = key('session', id)
  local user = call('HGET', record, 'user')
  if user then
    call('SREM', key('sessions-of', user), id)
  end
  call('ZREM', index('sessions'), id)
  return call('DEL', record)
end

-- 1: created, 0: its id exists, -1: full.
function verbs.create(id, user, now, expiry, life, most, ...)
  local all, of_user, record = index('sessions'), key('sessions-of', user), key('session', id)
  if call('ZCARD', all) >= tonumber(most) then
    for _, old in ipairs(call('ZRANGEBYSCORE', all, '-inf', now)) do
      drop(old)
    end
  end
  if call('ZCARD', all) >= tonumber(most) then
    return -1
  end
  if call('EXISTS', record) == 1 then
    return 0
  end
  call('HSET', record, ...)
  call('ZADD', all, expiry, id)
  call('SADD', of_user, id)
  for _, name in ipairs({ record, all, of_user }) do
    keep(name, life)
  end
  return 1
end

function verbs.save(id, used)
  local record = key('session', id)
  local kept = call('HMGET', record, 'last_used', 'idle_ms', 'ends')
  if not kept[1] then
    return 0
  end
  if tonumber(used) > tonumber(kept[1]) then
    call('HSET', record, 'last_used', used)
    local expiry = math.min(tonumber(kept[3]), tonumber(used) + tonumber(kept[2]))
    call('ZADD', index('sessions'), string.format('%.0f', expiry), id)
  end
  return 1
end

function verbs.delete(id)
  return drop(id)
end

local function records(ids)
  local found = {}
  for _, id in ipairs(ids) do
    local record = call('HGETALL', key('session', id))
    if #record > 0 then
      found[#found + 1] = record
    end
  end
  return found
end

function verbs.of_user(user)
  return records(call('SMEMBERS', key('sessions-of', user)))
end

function verbs.all(now)
  return records(call('ZRANGEBYSCORE', index('sessions'), '(' .. now, '+inf'))
end

function verbs.delete_of(user)
  local gone = {}
  for _, id in ipairs(call('SMEMBERS', key('sessions-of', user))) do
    if drop(id) == 1 then
      gone[#gone + 1] = id
    end
  end
  return gone
end

return verbs[ARGV[1]](unpack(ARGV, 2))
