-- What all scripts share. KEYS[1] is the beginning of every key; times are milliseconds on the lab clock.
local call = redis.call

local function key(kind, name)
  return KEYS[1] .. kind .. ':' .. name
end

local function index(name)
  return KEYS[1] .. name
end

-- Lets Redis forget a key, but not before so many milliseconds from now.
local function keep(name, ms)
  if call('PTTL', name) < tonumber(ms) then
    call('PEXPIRE', name, ms)
  end
end

local verbs = {}
