-- Sends the requests of a file in turn, one target a line, and writes what came of it as one line of JSON.
local targets, turn = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    targets[#targets + 1] = wrk.format("GET", line)
  end
  turn = tonumber(args[2] or "0")
end

function request()
  turn = turn + 1
  return targets[(turn - 1) % #targets + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "bytes": %d, "p50": %.1f, "p99": %.1f, "failed": %d, "refused": %d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
