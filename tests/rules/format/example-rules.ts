/** Right rule files that between them use the whole language: what other tests take apart, break, and load. */
export const EXAMPLE_FILES: readonly string[] = [
  `// a rule with everything around the condition
{
  "$schema": "https://example.org/rules.schema.json",
  "id": "press-overheat", "title": "Press overheating", "description": "…", "runbook": "https://wiki.example/press", "enabled": true,
  "inputs": {
    "temp": "factory/{line}/{machine}/temperature",
    "setpoint": { "topic": "factory/{line}/{machine}/settings", "field": "temp.high", "maxAge": "1h", "unit": "°C" },
    "ambient": "factory/{line}/ambient",
  },
  "groupBy": ["line", "machine"],
  "let": { "excess": "temp - ambient", "mean": { "avg": "temp", "over": "5m", "minCount": 3, "full": true, "where": { "above": 0, "below": 500 } } },
  "when": {
    "critical": { "value": "temp", "above": { "value": "setpoint" }, "deadband": 5, "times": 2, "within": "10m", "for": "30s", "keepFor": "1m" },
    "warning": { "any": ["excess > 40 && mean > 60", { "not": { "value": "temp", "between": [0, 70], "deadband": 1 } }] }
  },
  "labels": { "team": "press" },
  "active": [{ "timezone": "Europe/Berlin", "days": ["mon", "tue"], "from": "06:00", "to": "22:00" }, {}],
  "keepFor": "1m", "latch": true, "onUnknown": "resolve",
  "message": "{machine} on {line} is at {temp:.1f} °C for {duration} {{{severity}}",
  "notify": ["maintenance"], "quiet": true, "forgetAfter": "7d", "maxInstances": 100,
}`,
  `{ "rules": [
  { "id": "signals", "suppressedBy": [{ "rule": "press-overheat", "on": ["line"] }],
    "inputs": { "x": "a/{line}/{m}", "s": "b/{line}/{m}", "pool": "c/{line}/{m}/{sensor}" }, "groupBy": ["line", "m"],
    "let": {
      "a": "x", "b": { "previous": "a" }, "c": { "expr": "x ** 2 - -b % 3" }, "d": { "rate": "x", "over": "5m", "per": "1h" }, "e": { "p95": "x", "over": 100 },
      "f": { "predict": "x", "over": "1h", "ahead": "30m" }, "g": { "timeTo": "x", "over": "1h", "limit": 90, "from": "above" },
      "h": { "max": "x", "over": "10m", "every": "5m", "timezone": "UTC" }, "i": { "sum": "x", "every": "1h" }, "j": { "integral": "x", "session": "30s", "longest": "1h", "per": "1h" },
      "k": { "duty": "x", "during": { "value": "s", "equals": "run", "for": "5s" } }, "l": { "lookup": "limits", "column": "max", "default": 80 },
      "m2": { "median": "pool", "across": "sensor" }, "n": { "ewma": "x", "halfLife": "5m" }, "o": "p99.9(x, 10) > avg(c, '5m') ? coalesce(d, 0) : clamp(e, 0, 1)"
    },
    "when": { "all": [
      { "count": "x", "over": 5, "where": { "above": 80 }, "atLeast": 3 }, { "value": "s", "in": ["run", "idle"] }, { "value": "x", "outside": [10, 20], "deadband": 1 },
      { "absent": "x", "for": "5m", "expected": "machines" }, { "changed": "s" }, { "some": 1, "of": ["x > 1", { "expr": "bit(x, 3) && isKnown(s)" }] },
      { "sequence": ["x > 1", "x > 2"], "within": "1m", "unless": "x > 9" }, { "after": "x > 1", "expect": { "value": "s", "notEquals": "run" }, "within": "1m" },
      { "all": [{ "absent": "x", "for": "1m" }], "times": 2, "within": "1h" }, { "value": "a", "below": "6h" }, { "value": "e", "atMost": 3 }, { "value": "l", "notIn": [1, 2] }
    ] } },
  { "id": "others", "inputs": { "v": { "view": "load", "field": "x" } }, "when": "v > 1" }
] }`,
];
