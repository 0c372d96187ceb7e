/** Model files of several kinds, with every key that all have. */
export const EXAMPLE_MODELS = [
  '{ "id": "bearing", "kind": "anomaly", "inputs": { "vib": "f/{line}/{m}/vib" } } // no more is needed',
  `{ "$schema": "../schemas/models.schema.json", "id": "all", "kind": "anomaly", "title": "A", "description": "of all keys",
    "inputs": { "vib": { "topic": "f/{m}/vib", "field": "x", "maxAge": "5m", "unit": "mm/s" }, "temp": "f/{m}/temp" }, "groupBy": ["m"],
    "let": { "rms5": { "rms": "vib", "over": "5m" } }, "features": ["vib", "rms5"], "every": "10s", "warmUp": 600, "falseAlarmRate": 0.001,
    "train": { "history": "30d", "schedule": "0 3 * * *" }, "forgetAfter": "1d", "maxInstances": 5, }`,
  '{ "id": "filter", "kind": "trend", "inputs": { "bar": "f/{m}/bar" }, "limit": 1.5, "over": "7d" }',
  '{ "id": "pump", "kind": "failure", "inputs": { "kw": "f/{m}/kw", "rpm": "f/{m}/rpm" }, "horizon": "3d", "setPoints": ["rpm"] }',
  '{ "id": "life", "kind": "remaining-life", "inputs": { "kw": "f/{m}/kw" }, "unit": "cycles", "cap": 125 }',
];
