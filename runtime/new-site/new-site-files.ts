import { SCHEMAS_FOLDER, siteSchemas } from '../schemas/site-schemas.js';

/** A file to be written; its path is from the site's folder. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/**
 * A site to begin with: its rules fit the made-up presses of `tocsin simulate`, and each shows something else. Every file
 * of JSON names its schema, by a path inside the site, so that editors find it wherever the site is and without a network.
 *
 * @param gateway names the gateway
 */
export function newSiteFiles(gateway: string): readonly NewFile[] {
  return [
    { path: 'tocsin.json', text: configurationText(gateway) },
    { path: 'rules/oil-hot.json', text: OIL_HOT },
    { path: 'rules/sensor-silent.json', text: SENSOR_SILENT },
    { path: 'tests/oil.json', text: OIL_TESTS },
    { path: '.gitignore', text: 'data/\nmail/\n' },
    ...schemaFiles(),
  ];
}

/** The schemas that the files of a site name. */
export function schemaFiles(): readonly NewFile[] {
  return siteSchemas().map(({ name, text }) => ({ path: `${SCHEMAS_FOLDER}/${name}`, text }));
}

function configurationText(gateway: string): string {
  return `{
  // By this your editor completes and checks the file.
  "$schema": "${SCHEMAS_FOLDER}/tocsin.schema.json",

  // How this gateway is called in mails and webhooks.
  "gateway": ${JSON.stringify(gateway)},

  // Tocsin is a broker itself, at port 1883 of this computer; if that is taken, at the next free one, and it says so.
  // To read from a broker that you have, put in its place:
  //   "mqtt": { "connections": [{ "name": "plant", "url": "mqtt://broker.plant.example", "topics": ["factory/#"] }] }
  "mqtt": { "embedded": {} },

  // Whom to tell.
  "receivers": {
    "maintenance": { "email": { "to": ["maintenance@plant.example"] } }
  },

  // Mails become files in this folder: nothing leaves your computer yet. A mail server instead:
  //   "smtp": { "host": "mail.plant.example", "username": "tocsin", "password": { "env": "SMTP_PASSWORD" } }
  "smtp": { "folder": "mail" }
}
`;
}

const OIL_HOT = `{
  "$schema": "../${SCHEMAS_FOLDER}/rules.schema.json",

  "id": "oil-hot",
  "title": "Hydraulic oil too hot",

  // {line} and {machine} stand for one level of the topic each. Every machine that sends has an alert of its own, with
  // these two as labels; a new machine needs no new rule. The messages are JSON: { "temperature": 48.2 }
  "inputs": {
    "oil": { "topic": "factory/{line}/{machine}/oil", "field": "temperature", "unit": "°C" }
  },

  // A condition for each severity; the highest that is true counts.
  //   for       so long must it be true: a short peak raises nothing
  //   deadband  so far must it come back: at 60 the warning starts, at 55 it ends, and at 59.9 nothing flutters
  "when": {
    "warning": { "value": "oil", "above": 60, "deadband": 5, "for": "3s" },
    "critical": { "value": "oil", "above": 70, "deadband": 5, "for": "3s" }
  },

  "message": "Oil of {machine} on {line} is at {oil:.1f} °C, 45 to 55 is normal"
}
`;

const SENSOR_SILENT = `{
  "$schema": "../${SCHEMAS_FOLDER}/rules.schema.json",

  "id": "sensor-silent",
  "title": "Oil sensor silent",

  "inputs": {
    "oil": { "topic": "factory/{line}/{machine}/oil", "field": "temperature", "unit": "°C" }
  },

  // A sensor that has died must not look like one that has nothing to say. It is watched from its first reading on.
  "when": { "absent": "oil", "for": "30s" },
  "severity": "warning",

  "message": "No oil temperature from {machine} on {line} any more, the last was {oil:.1f} °C"
}
`;

const OIL_TESTS = `{
  "$schema": "../${SCHEMAS_FOLDER}/tests.schema.json",

  // What is sent, and every event that must come of it. Time passes in the test only.
  "tests": [
    {
      "name": "3 s above 60 warn, and it is over below 55",
      "readings": [
        {
          "at": "0s",
          "every": "1s",
          "topic": "factory/line-1/press-1/oil",
          // 60 is not above 60, however long; and 55.1 is not back by the deadband.
          "payloads": [
            { "temperature": 60 },
            { "temperature": 60 },
            { "temperature": 60 },
            { "temperature": 60 },
            { "temperature": 63 },
            { "temperature": 64 },
            { "temperature": 65 },
            { "temperature": 65 },
            { "temperature": 55.1 },
            { "temperature": 55 }
          ]
        }
      ],
      "expect": [
        { "at": "7s", "rule": "oil-hot", "event": "firing", "severity": "warning", "labels": { "machine": "press-1" } },
        { "at": "9s", "rule": "oil-hot", "event": "resolved" }
      ]
    },
    {
      "name": "3 s above 70 are critical, a peak of 2 s is nothing",
      "readings": [
        { "from": "0s", "every": "1s", "to": "3s", "topic": "factory/line-1/press-1/oil", "payload": { "temperature": 70 } },
        { "from": "4s", "every": "1s", "to": "7s", "topic": "factory/line-1/press-1/oil", "payload": { "temperature": 75 } },
        { "at": "8s", "topic": "factory/line-1/press-1/oil", "payload": { "temperature": 65.1 } },
        { "at": "9s", "topic": "factory/line-1/press-1/oil", "payload": { "temperature": 65 } },
        { "from": "0s", "every": "1s", "to": "1s", "topic": "factory/line-1/press-2/oil", "payload": { "temperature": 75 } },
        { "at": "2s", "topic": "factory/line-1/press-2/oil", "payload": { "temperature": 50 } }
      ],
      "expect": [
        { "at": "3s", "rule": "oil-hot", "event": "firing", "severity": "warning", "labels": { "machine": "press-1" } },
        { "at": "7s", "rule": "oil-hot", "event": "severity", "severity": "critical" },
        { "at": "9s", "rule": "oil-hot", "event": "severity", "severity": "warning" }
      ]
    },
    {
      "name": "nothing for 30 s: is the sensor dead?",
      "readings": [
        { "at": "0s", "topic": "factory/line-1/press-1/oil", "payload": { "temperature": 48 } },
        { "at": "40s", "topic": "factory/line-1/press-1/oil", "payload": { "temperature": 48 } }
      ],
      "expect": [
        { "at": "30s", "rule": "sensor-silent", "event": "firing", "severity": "warning", "values": { "oil": 48 } },
        { "at": "40s", "rule": "sensor-silent", "event": "resolved" }
      ]
    }
  ]
}
`;
