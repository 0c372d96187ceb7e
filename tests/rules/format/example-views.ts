/** View files with every key. */
export const EXAMPLE_VIEWS = [
  '{ "id": "load", "inputs": { "kw": "f/{line}/{m}/kw" }, "emit": { "now": "kw" } } // no more is needed',
  `{ "$schema": "../schemas/views.schema.json", "views": [
    { "id": "a", "title": "A", "description": "of all keys", "groupBy": ["m"], "forgetAfter": "1d", "maxInstances": 5, "every": "1m",
      "inputs": { "x": { "topic": "f/{m}/x", "field": "v", "maxAge": "5m", "unit": "A" } },
      "let": { "mean": { "avg": "x", "over": "5m" } }, "emit": { "mean": "mean", "x2": "x * 2" }, "publish": "views/a/{m}", },
    { "id": "b", "inputs": { "y": { "view": "a", "field": "mean" } }, "groupBy": [], "emit": { "top": { "max": "y", "across": "m" } } }
  ] }`,
  '{ "id": "day", "inputs": { "n": "f/{m}/n" }, "emit": { "made": { "increase": "n", "every": "1d", "timezone": "Europe/Berlin" } } }',
];
