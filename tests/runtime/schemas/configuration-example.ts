/** A right `tocsin.json` with every key that there is: what other tests take apart and break. */
export const CONFIGURATION_EXAMPLE = `{
  "$schema": "schemas/tocsin.schema.json", // for editors
  "gateway": "plant-7", "timezone": "Europe/Berlin", "data": "data", "log": { "level": "info", "format": "text" },
  "mqtt": {
    "embedded": { "port": 1883, "host": "127.0.0.1", "anonymous": true },
    "connections": [
      { "name": "plant", "url": "mqtts://broker:8883", "username": "u", "password": { "file": "/run/secrets/mqtt" },
        "topics": ["factory/#"], "qos": 1, "clientId": "gw-2", "prefix": "" },
    ],
  },
  "payloads": [
    { "topic": "factory/#", "decode": "json", "timestamp": { "field": "ts", "unit": "ms" }, "records": "samples" },
    { "timestamp": "ts" },
  ],
  "maxSkew": "5m", "maxBackfill": "7d",
  "receivers": {
    "maintenance": {
      "email": { "to": ["maintenance@plant.example"] }, "expires": "24h", "flood": { "max": 10, "per": "10m" },
      "flapping": { "max": 3, "per": "10m" },
      "schedule": [{ "timezone": "UTC", "days": ["mon", "fri"], "from": "06:00", "to": "22:00" }],
    },
    "siren": { "mqtt": { "topic": "factory/{line}/siren", "payload": "on", "resolved": "off", "connection": "plant" } },
    "scada": {
      "webhook": {
        "url": "https://scada.example/hook", "secret": { "env": "HOOK_SECRET" }, "format": "tocsin",
        "headers": { "x-key": { "env": "KEY" }, "x-plant": "7" },
      },
    },
  },
  "smtp": {
    "host": "mail.example", "port": 587, "secure": false, "requireTLS": true, "from": "tocsin@plant.example",
    "username": "u", "password": { "env": "SMTP_PASSWORD" },
  },
  "routes": [
    { "match": { "severity": "critical", "line": ["l1", "l2"] }, "to": ["maintenance", "scada"], "continue": true },
    {
      "to": ["maintenance", "siren"], "group": ["line"], "wait": "30s", "interval": "5m", "repeat": "4h",
      "escalate": [{ "after": "15m", "to": ["scada"] }],
    },
  ],
  "limits": { "series": 20000, "payloadBytes": 262144, "connections": 10000, "outbox": 50000 },
}`;
