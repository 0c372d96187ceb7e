import { z } from 'zod';
import { duration, flag, text, timezone, wholeNumber } from '../../rules/format/fields.js';
import {
  byteSize,
  fieldPath,
  mailAddress,
  name,
  notBuiltYet,
  oneOrMore,
  schedule,
  secret,
  textOrSecret,
  timestamp,
  topicFilter,
  topicTemplate,
  url,
} from './configuration-fields.js';

/** Less would hold next to nothing. */
const HISTORY_BYTES_MIN = 16 * 1024 * 1024;

/*
 * The one declaration of `tocsin.json`: types, defaults, bounds, units, secrets and descriptions. Checks, messages and
 * docs/configuration.md come from it. `defaultText` is for defaults that are no constants.
 */

const log = z
  .strictObject({
    level: z
      .enum(['error', 'warn', 'info', 'debug'])
      .meta({ description: 'The least important lines to write. Alerts are always shown.' })
      .prefault('info'),
    format: z
      .enum(['text', 'json'])
      .meta({
        description:
          '`text` for people, at most as wide as the terminal; `json` for programs, one object per line.',
      })
      .prefault('text'),
  })
  .prefault({});

const embedded = z.strictObject({
  port: wholeNumber('TCP port to listen on. 0: any that is free.', { min: 0, max: 65_535 })
    .optional()
    .meta({ defaultText: '`1883`, or the next free one' }),
  host: text('Address to listen on. Others than loopback need users, which are not built yet.').prefault(
    '127.0.0.1',
  ),
  anonymous: flag('Whether clients may connect without a user.').prefault(true),
  tls: notBuiltYet('Encryption of the listener.'),
  users: notBuiltYet('The file with users and their rights.'),
});

const connection = z.strictObject({
  name: name('Names the connection; unique.'),
  url: url('The broker: `mqtt://`, `mqtts://`, `ws://` or `wss://`.', ['mqtt', 'mqtts', 'ws', 'wss']),
  username: text('User at the broker.').optional(),
  password: secret('Password at the broker.').optional(),
  topics: z
    .array(topicFilter('A topic filter.'))
    .min(1)
    .meta({ description: 'Topic filters to subscribe to.' }),
  qos: z
    .union([z.literal(0), z.literal(1)])
    .meta({ description: 'Quality of service to subscribe with: 1 is acknowledged, 0 is not.' })
    .prefault(1),
  clientId: text('Client id; the same at every start, so that the broker keeps what comes meanwhile.')
    .optional()
    .meta({ defaultText: '`tocsin-`, gateway and name' }),
  prefix: text('Put before every topic that comes by this connection.').prefault(''),
});

const mqtt = z
  .strictObject({
    embedded: embedded
      .meta({ description: 'The broker in the program itself.' })
      .optional()
      .meta({ defaultText: 'runs if there are no `connections`' }),
    connections: z.array(connection).meta({ description: 'Brokers to connect to.' }).prefault([]),
  })
  .prefault({});

const payload = z.strictObject({
  topic: topicFilter('Topics that this entry is about.').prefault('#'),
  decode: z
    .enum(['json', 'number', 'text'])
    .meta({ description: 'How to read the bytes. `json` also takes bare words such as `ON`.' })
    .prefault('json'),
  timestamp: timestamp(
    'The field with the time of measurement, or `{ "field", "unit" }` with the unit `s`, `ms`, `us`, `ns` or `rfc3339`.',
  )
    .optional()
    .meta({ defaultText: 'the time of arrival' }),
  records: fieldPath('The field with a list whose elements are messages of their own.').optional(),
  grace: duration(
    'How much later aligned and session windows close, so that readings which come late are in them.',
    'zero or more',
  ).prefault('0s'),
});

const email = z.strictObject({
  to: z.array(mailAddress('A mail address.')).min(1).meta({ description: 'Mail addresses.' }),
});

const webhook = z.strictObject({
  url: textOrSecret(
    'The address to post to, `https://` or `http://`. One that holds a key is kept like a secret.',
  ),
  secret: secret('The key to sign with: `whsec_` and base64.').optional(),
  format: name(
    'The form of the body: `tocsin`, `alertmanager`, `slack`, `teams`, `pagerduty`, `ntfy`, `cloudevents`, or NAME for the template `formats/NAME.json` of the site.',
  ).prefault('tocsin'),
  parameters: z
    .record(z.string(), textOrSecret('What a format needs to know.'))
    .meta({ description: 'What the format needs to know: `routingKey` of `pagerduty`, `topic` of `ntfy`.' })
    .prefault({}),
  headers: z
    .record(z.string(), textOrSecret('The value of a header.'))
    .meta({ description: 'Further request headers.' })
    .prefault({}),
});

const level = z.strictObject({
  topic: topicTemplate(
    'The topic; `{name}` stands for a label, `rule` or `severity`, and makes a topic of its own for each.',
  ),
  payload: text('What is published while alerts fire.').prefault('on'),
  resolved: text('What is published while none does.').prefault('off'),
  connection: text('The connection to publish by.').optional().meta({ defaultText: 'the embedded broker' }),
});

const receiver = z.strictObject({
  email: email.meta({ description: 'Sends mail; needs `smtp`.' }).optional(),
  webhook: webhook.meta({ description: 'Posts JSON.' }).optional(),
  mqtt: level
    .meta({ description: 'Publishes whether alerts fire, for sirens and lamps: retained, with QoS 1.' })
    .optional(),
  expires: duration('How long delivery is tried.')
    .optional()
    .meta({ defaultText: '`24h` by mail and in chats, `75h` by webhook' }),
  flood: z
    .union([
      z.literal(false),
      z.strictObject({
        max: wholeNumber('Notices.', { min: 1, max: 10_000 }).prefault(10),
        per: duration('The time that they are counted over.').prefault('10m'),
      }),
    ])
    .meta({
      description:
        'At most `max` notices in the time `per`, and three times as many critical ones apart from them; what is more is told in one summary after that time. `false`: no limit.',
      defaultText: '`{ "max": 10, "per": "10m" }` by mail and in chats, `false` by webhook',
    })
    .optional(),
  flapping: z
    .union([
      z.literal(false),
      z.strictObject({
        max: wholeNumber('Changes.', { min: 1, max: 1_000 }).prefault(3),
        per: duration('The time that they are counted over, and for which it has to be calm.').prefault(
          '10m',
        ),
      }),
    ])
    .meta({
      description:
        'An alert that fires or changes its severity more than `max` times in the time `per` flaps: that is told once, and then nothing of it until it was calm for that time, except that it gets worse. `false`: all of it is told.',
      defaultText: '`{ "max": 3, "per": "10m" }` by mail and in chats, `false` by webhook',
    })
    .optional(),
  schedule: schedule(
    'When it is told, as a span or a list of them; at other times notices wait. Each span has `days` (`"mon"` to `"sun"`), `from`, `to` and `timezone`, as the `active` of a rule.',
  )
    .meta({ defaultText: 'at any time' })
    .optional(),
});

const smtp = z.strictObject({
  host: text('The mail server.').optional(),
  port: wholeNumber('Its TCP port.', { min: 1, max: 65_535 })
    .optional()
    .meta({ defaultText: '`587`; `465` with `secure`' }),
  secure: flag('TLS from the first byte, as on port 465.')
    .optional()
    .meta({ defaultText: '`true` on port 465' }),
  requireTLS: flag('Refuse to send unless the server takes up TLS (STARTTLS).').prefault(true),
  from: mailAddress('The sender.').optional().meta({ defaultText: "`tocsin@` and the computer's name" }),
  username: text('User at the mail server.').optional(),
  password: secret('Password at the mail server.').optional(),
  folder: text(
    "Writes mails as `.eml` files into this folder, from the site's folder, instead of sending them.",
  ).optional(),
});

const route = z.strictObject({
  match: z
    .record(z.string(), oneOrMore('A value, or a list of values.'))
    .meta({
      description:
        'What an alert must have: `severity`, `rule` or labels, each a value or a list of values. Without it: all alerts.',
    })
    .prefault({}),
  to: z.array(z.string()).meta({ description: 'Receivers; `[]` only records.' }),
  continue: flag('`true`: later routes are looked at too.').prefault(false),
  group: z
    .array(text('A label, `rule` or `severity`.'))
    .meta({
      description:
        'Labels, `rule` or `severity`: alerts that agree on them are told together. `[]`: all together.',
      defaultText: '`["rule"]` by mail; each by itself by webhook',
    })
    .optional(),
  wait: duration(
    'How long a group gathers alerts before its first notice. An alert that is over by then is not told.',
    'zero or more',
  )
    .optional()
    .meta({ defaultText: '`10s` by mail, `1s` if critical; none by webhook' }),
  interval: duration(
    'How long after a notice a group tells of changes; critical ones at once.',
    'zero or more',
  )
    .optional()
    .meta({ defaultText: '`1m` by mail, none by webhook' }),
  repeat: duration('How long after its last notice an alert that still fires is told again.').optional(),
  escalate: z
    .array(
      z.strictObject({
        after: duration('How long the alert has to fire.'),
        to: z.array(z.string()).min(1).meta({ description: 'Receivers that are told then.' }),
      }),
    )
    .meta({ description: 'Who else is told of an alert that goes on firing.' })
    .prefault([]),
});

const limits = z
  .strictObject({
    series: wholeNumber(
      'Series (fields of topics) that rules read, and those that are kept; what is beyond is counted and left out.',
      {
        min: 1,
        max: 10_000_000,
      },
    ).prefault(20_000),
    payloadBytes: wholeNumber('Largest payload, in bytes.', { min: 128, max: 16_777_216 }).prefault(262_144),
    connections: wholeNumber('Clients connected to the embedded broker at once.', {
      min: 1,
      max: 100_000,
    }).prefault(10_000),
    clientRate: wholeNumber(
      'Messages a second that one client of the embedded broker may send on average; bursts of five seconds are let through, beyond them it is held back, not cut off.',
      { min: 1, max: 1_000_000 },
    )
      .optional()
      .meta({ defaultText: 'no limit' }),
    outbox: wholeNumber(
      'Notices waiting for delivery. When it is full new ones are given up: `info` from 80 % on, `warning` from 90 %.',
      {
        min: 100,
        max: 1_000_000,
      },
    ).prefault(50_000),
  })
  .prefault({});

const YEAR = '365d';

const history = z
  .strictObject({
    topics: z
      .array(topicFilter('A topic filter.'))
      .meta({ description: 'What is kept, read by rules or not: topic filters. `[]`: nothing.' })
      .prefault(['#']),
    keep: duration('How long readings are kept, in whole days.').prefault('30d'),
    rollups: z
      .strictObject({
        '1m': duration('How long minimum, maximum, mean, first and last of each minute are kept.').prefault(
          YEAR,
        ),
        '1h': duration('The same of each hour; no shorter than those of the minutes.').prefault(YEAR),
      })
      .prefault({}),
    warmup: duration(
      'How far back rules, views and models that are new or changed look at once; `"0s"`: they begin anew.',
    ).prefault('7d'),
    maxSize: byteSize(
      'The largest size of `history.db`, such as `"4GB"`; what is oldest gives way.',
      HISTORY_BYTES_MIN,
    ).prefault('4GB'),
  })
  .prefault({});

export const configurationShape = z.strictObject({
  $schema: text('The JSON Schema of this file, for editors.').optional(),
  gateway: text('Names this gateway in notices.')
    .min(1)
    .optional()
    .meta({ defaultText: "the computer's name" }),
  timezone: timezone('Time zone of the times in mails and on the terminal.')
    .optional()
    .meta({ defaultText: "the computer's" }),
  data: text("Folder for what the program writes, from the site's folder.").prefault('data'),
  log,
  mqtt,
  payloads: z
    .array(payload)
    .meta({ description: 'What payloads look like; the first entry whose `topic` matches counts.' })
    .prefault([]),
  maxSkew: duration(
    'A payload time further ahead of the clock is replaced by the time of arrival.',
    'zero or more',
  ).prefault('5m'),
  maxBackfill: duration(
    'A payload time further behind the clock is replaced by the time of arrival.',
    'zero or more',
  ).prefault('7d'),
  receivers: z
    .record(name('Names the receiver.'), receiver)
    .meta({ description: 'Whom to tell, by name.' })
    .prefault({}),
  smtp: smtp
    .meta({ description: 'How mail is sent.', anyOf: [{ required: ['host'] }, { required: ['folder'] }] })
    .optional(),
  routes: z
    .array(route)
    .meta({
      description:
        'Which alert goes to whom; the first match counts. Without routes: the only receiver, if there is just one. A rule with `notify` names its receivers itself.',
    })
    .prefault([]),
  history,
  limits,
  durability: z
    .enum(['strict', 'balanced', 'eco'])
    .meta({
      description:
        'How long an acknowledgement waits at most, so that many readings share one write to the disk: 10 ms, 250 ms or 1 s. Whatever is chosen, what is acknowledged is on the disk; longer waits spare memory cards.',
    })
    .prefault('balanced'),
  proxy: notBuiltYet('A proxy for webhooks.'),
  ca: notBuiltYet('Further certificate authorities.'),
  heartbeat: notBuiltYet('A sign of life at intervals.'),
  commands: notBuiltYet('A topic for commands.'),
  http: notBuiltYet('The dashboard and the API.'),
});

export type ConfigurationShape = z.output<typeof configurationShape>;
