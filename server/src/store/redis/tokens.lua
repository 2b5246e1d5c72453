
-- What is listed as revoked and what is remembered has its end as the score; an opaque access token is a hash.

local function full(all, now, most)
  if call('ZCARD', all) >= tonumber(most) then
    call('ZREMRANGEBYSCORE', all, '-inf', now)
  end
  return call('ZCARD', all) >= tonumber(most)
end

-- 1: listed, -1: full.
function verbs.revoke(name, ends, now, life, most)
  local all = index('revoked')
  local listed = call('ZSCORE', all, name)
  if not listed and full(all, now, most) then
    return -1
  end
  if not listed or tonumber(listed) < tonumber(ends) then
    call('ZADD', all, ends, name)
  end
  keep(all, life)
  return 1
end

-- 1: new, 0: remembered already, -1: full.
function verbs.remember(name, ends, now, life, most)
  local all = index('remembered')
  local known = call('ZSCORE', all, name)
  if known and tonumber(known) > tonumber(now) then
    return 0
  end
  if not known and full(all, now, most) then
    return -1
  end
  call('ZADD', all, ends, name)
  keep(all, life)
  return 1
end

-- 1: created, 0: it exists, -1: full.
function verbs.create_access(token, ends, now, life, most, ...)
  local record, all = key('access', token), index('access-tokens')
  if call('ZCARD', all) >= tonumber(most) then
    for _, old in ipairs(call('ZRANGEBYSCORE', all, '-inf', now)) do
      call('DEL', key('access', old))
    end
  end
  if full(all, now, most) then
    return -1
  end
  if call('EXISTS', record) == 1 then
    return 0
  end
  call('HSET', record, ...)
  call('ZADD', all, ends, token)
  keep(record, life)
  keep(all, life)
  return 1
end

function verbs.delete_access(token)
  call('ZREM', index('access-tokens'), token)
  return call('DEL', key('access', token))
end

return verbs[ARGV[1]](unpack(ARGV, 2))
