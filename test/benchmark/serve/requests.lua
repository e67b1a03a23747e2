-- For wrk: sends the requests of a file again and again. bodies.py wrote it: a
-- path, lines of the header, an empty line, and a body in each other line,
-- hexadecimal.
--   wrk ... -s requests.lua ADDRESS -- FILE [MILLISECONDS between requests]
local prepared, at = {}, 0

function init(arguments)
  local pause = tonumber(arguments[2] or 0)
  -- Where there is such a function, even waiting for nothing takes time.
  if pause > 0 then delay = function() return pause end end
  local lines = io.lines(arguments[1])
  local path, headers = lines(), {}
  for line in lines do
    if line == "" then break end
    local name, value = line:match("^([^:]+): (.*)$")
    headers[name] = value
  end
  for line in lines do
    local body = line:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)
    -- The length of the JSON, where it differs from body to body, comes first.
    local length, rest = body:match("^#(%d+)#(.*)$")
    if length then headers["Inference-Header-Content-Length"] = length end
    prepared[#prepared + 1] = wrk.format("POST", path, headers, rest or body)
  end
end

function request()
  at = at % #prepared + 1
  return prepared[at]
end

function done(summary, latency, requests)
  io.write(string.format("result %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
