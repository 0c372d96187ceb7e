import { hostname } from 'node:os';
import type { PayloadLayout } from '../../firmware-bridge/payload-messages.js';
import { Document, type SourceFile } from '../../rules/format/document.js';
import type { Issue } from '../../rules/format/issue.js';
import { parseTopicPattern } from '../../rules/format/parse-topic-pattern.js';
import { activeSpan } from '../../rules/format/read-active.js';
import type { ActiveSpan } from '../../rules/rule.js';
import type { TopicPattern } from '../../rules/topic-pattern.js';
import { audienceOf } from '../formats/format-names.js';
import { checkConfiguration } from './check-configuration.js';
import { type ConfigurationShape, configurationShape } from './configuration-shape.js';
import type { SecretReference } from './secret.js';

/** `tocsin.json` as the program works with it: defaults filled in, names checked. Durations are milliseconds. */
export interface Configuration {
  readonly gateway: string;
  /** IANA name. */
  readonly timezone: string;
  /** From the site's folder. */
  readonly dataFolder: string;
  readonly log: { readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly format: 'text' | 'json' };
  /** `null`: only connections to other brokers. */
  readonly embedded: EmbeddedSettings | null;
  readonly connections: readonly ConnectionSettings[];
  /** The first whose topic matches counts. */
  readonly payloads: readonly PayloadSettings[];
  readonly durability: 'strict' | 'balanced' | 'eco';
  readonly maxSkewMs: number;
  readonly maxBackfillMs: number;
  readonly receivers: readonly ReceiverSettings[];
  readonly mail: MailSettings | null;
  readonly routes: readonly Route[];
  readonly history: HistoryRetention;
  readonly limits: {
    readonly series: number;
    readonly payloadBytes: number;
    readonly connections: number;
    /** Messages a second of one client; `null`: no limit. */
    readonly clientRate: number | null;
    readonly outbox: number;
  };
}

/** What is kept of readings, and for how long. */
export interface HistoryRetention {
  readonly topics: readonly TopicPattern[];
  readonly keepMs: number;
  readonly rollupMs: { readonly minute: number; readonly hour: number };
  readonly bytesMax: number;
  /** How far back new and changed rules look. */
  readonly warmUpMs: number;
}

export interface EmbeddedSettings {
  readonly host: string;
  /** `null`: 1883, or the next one that is free. */
  readonly port: number | null;
}

export interface ConnectionSettings {
  readonly name: string;
  readonly url: string;
  readonly username: string | null;
  readonly password: SecretReference | null;
  readonly topics: readonly string[];
  readonly qos: 0 | 1;
  readonly clientId: string;
  readonly prefix: string;
}

export interface PayloadSettings {
  readonly topic: TopicPattern;
  readonly layout: PayloadLayout;
  /** How long windows that close wait for late readings. */
  readonly graceMs: number;
}

export interface ReceiverSettings {
  readonly name: string;
  readonly expiresMs: number;
  /** `null`: as many notices as there are. */
  readonly flood: FloodSettings | null;
  /** More changes of an alert than this, and it flaps: it is held until it is calm for so long. `null`: all are told. */
  readonly flapping: FloodSettings | null;
  /** When it is told, by the wall clock; `null`: at any time. */
  readonly schedule: readonly ActiveSpan[] | null;
  readonly channel: EmailSettings | WebhookSettings | LevelSettings;
}

/** At most so many notices in so much time. */
export interface FloodSettings {
  readonly max: number;
  readonly perMs: number;
}

export interface EmailSettings {
  readonly kind: 'email';
  readonly to: readonly string[];
}

export interface WebhookSettings {
  readonly kind: 'webhook';
  readonly url: string | SecretReference;
  readonly secret: SecretReference | null;
  readonly headers: ReadonlyMap<string, string | SecretReference>;
  readonly format: string;
  readonly parameters: ReadonlyMap<string, string | SecretReference>;
}

/** Not told of alerts, but of whether there are any. */
export interface LevelSettings {
  readonly kind: 'mqtt';
  /** Each set of labels has a topic of its own: `factory/{line}/siren`. */
  readonly topic: TopicPattern;
  /** While alerts fire, and while none does. */
  readonly payload: string;
  readonly resolved: string;
  /** `null`: our own broker. */
  readonly connection: string | null;
}

export type MailSettings =
  | {
      readonly kind: 'server';
      readonly from: string;
      readonly host: string;
      readonly port: number;
      readonly secure: boolean;
      readonly requireTls: boolean;
      readonly username: string | null;
      readonly password: SecretReference | null;
    }
  | { readonly kind: 'folder'; readonly from: string; readonly folder: string };

export interface Route {
  /** Each must have one of its values; `severity` and `rule` stand for themselves, all others are labels. */
  readonly match: ReadonlyMap<string, readonly string[]>;
  readonly to: readonly string[];
  readonly continues: boolean;
  /** What makes alerts a group; `null` here and below: as the receiver has it by default. */
  readonly group: readonly string[] | null;
  readonly waitMs: number | null;
  readonly intervalMs: number | null;
  /** `null`: an alert is not told again. */
  readonly repeatMs: number | null;
  readonly escalate: readonly Escalation[];
}

/** Who else is told of an alert that has fired for so long. */
export interface Escalation {
  readonly afterMs: number;
  readonly to: readonly string[];
}

export interface LoadedConfiguration {
  /** `null`: it has errors. */
  readonly configuration: Configuration | null;
  readonly issues: readonly Issue[];
}

const DAY_MS = 24 * 3600 * 1000;
/** People can take in so much; programs take all. */
const FOR_PEOPLE = {
  expires: DAY_MS,
  flood: { max: 10, per: 600_000 },
  flapping: { max: 3, per: 600_000 },
} as const;
const FOR_PROGRAMS = { expires: 75 * 3600 * 1000, flood: false, flapping: false } as const;

/** Reads `tocsin.json`; without one everything has its default. Never throws; reads no other file and no secret. */
export function loadConfiguration(file: SourceFile | null): LoadedConfiguration {
  const document = new Document(file ?? { path: 'tocsin.json', text: '{}' });
  const shape = document.root === null ? null : document.read(document.root, configurationShape);
  if (shape !== null) checkConfiguration(shape, document);
  const configuration = shape === null || document.hasErrors ? null : settingsOf(shape);
  return { configuration, issues: document.issues };
}

function settingsOf(shape: ConfigurationShape): Configuration {
  const gateway = shape.gateway ?? hostname();
  const timezone = shape.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    gateway,
    timezone,
    dataFolder: shape.data,
    log: shape.log,
    embedded: embeddedOf(shape.mqtt),
    connections: shape.mqtt.connections.map((connection) => connectionOf(connection, gateway)),
    payloads: shape.payloads.map(payloadOf),
    durability: shape.durability,
    maxSkewMs: shape.maxSkew,
    maxBackfillMs: shape.maxBackfill,
    receivers: Object.entries(shape.receivers).map(([name, receiver]) =>
      receiverOf(name, receiver, timezone),
    ),
    mail: shape.smtp === undefined ? null : mailOf(shape.smtp),
    routes: shape.routes.map(routeOf),
    history: historyOf(shape.history),
    limits: { ...shape.limits, clientRate: shape.limits.clientRate ?? null },
  };
}

function historyOf({
  topics,
  keep,
  rollups,
  warmup,
  maxSize,
}: ConfigurationShape['history']): HistoryRetention {
  const minute = rollups['1m'];
  // Hours hold the minutes.
  const rollupMs = { minute, hour: Math.max(minute, rollups['1h']) };
  return { topics: topics.map(patternOf), keepMs: keep, rollupMs, bytesMax: maxSize, warmUpMs: warmup };
}

/** Without any broker configured there is our own: the program works with no other software. */
function embeddedOf({ embedded, connections }: ConfigurationShape['mqtt']): EmbeddedSettings | null {
  if (embedded !== undefined) return { host: embedded.host, port: embedded.port ?? null };
  return connections.length === 0 ? { host: '127.0.0.1', port: null } : null;
}

function connectionOf(
  connection: ConfigurationShape['mqtt']['connections'][number],
  gateway: string,
): ConnectionSettings {
  const { name, url, username = null, password = null, topics, qos, prefix } = connection;
  const clientId = connection.clientId ?? `tocsin-${gateway}-${name}`.replaceAll(/[^A-Za-z0-9._-]/g, '-');
  return { name, url, username, password, topics, qos, clientId, prefix };
}

function payloadOf({
  topic,
  decode,
  timestamp,
  records,
  grace,
}: ConfigurationShape['payloads'][number]): PayloadSettings {
  const time = typeof timestamp === 'string' ? { field: timestamp } : timestamp;
  return {
    topic: patternOf(topic),
    layout: {
      format: decode,
      timestamp: time === undefined ? null : { path: time.field.split('.'), unit: time.unit ?? null },
      records: records?.split('.') ?? null,
    },
    graceMs: grace,
  };
}

function receiverOf(
  name: string,
  receiver: ConfigurationShape['receivers'][string],
  timezone: string,
): ReceiverSettings {
  const channel = channelOf(receiver);
  const usual = audienceOf(channel) === 'people' ? FOR_PEOPLE : FOR_PROGRAMS;
  const { expires = usual.expires, flood = usual.flood, flapping = usual.flapping, schedule } = receiver;
  const spans = schedule?.map((span) => activeSpan({ ...span, timezone: span.timezone ?? timezone })) ?? null;
  return {
    name,
    expiresMs: expires,
    flood: limitOf(flood),
    flapping: limitOf(flapping),
    schedule: spans,
    channel,
  };
}

function limitOf(limit: { readonly max: number; readonly per: number } | false): FloodSettings | null {
  return limit === false ? null : { max: limit.max, perMs: limit.per };
}

function routeOf(route: ConfigurationShape['routes'][number]): Route {
  return {
    match: new Map(Object.entries(route.match)),
    to: route.to,
    continues: route.continue,
    group: route.group ?? null,
    waitMs: route.wait ?? null,
    intervalMs: route.interval ?? null,
    repeatMs: route.repeat ?? null,
    escalate: route.escalate.map(({ after, to }) => ({ afterMs: after, to })),
  };
}

function channelOf({
  email,
  webhook,
  mqtt,
}: ConfigurationShape['receivers'][string]): ReceiverSettings['channel'] {
  if (email !== undefined) return { kind: 'email', to: email.to };
  if (mqtt !== undefined) {
    const { topic, payload, resolved, connection = null } = mqtt;
    return { kind: 'mqtt', topic: patternOf(topic), payload, resolved, connection };
  }
  // `checkConfiguration` has reported a receiver that is none of these.
  if (webhook === undefined) throw new Error('a receiver without a channel');
  const { url, secret = null, headers, format, parameters } = webhook;
  return {
    kind: 'webhook',
    url,
    secret,
    headers: new Map(Object.entries(headers)),
    format,
    parameters: new Map(Object.entries(parameters)),
  };
}

/** The shape has refused what is none. */
function patternOf(topic: string): TopicPattern {
  const parsed = parseTopicPattern(topic);
  if (parsed.kind === 'refused') throw new Error(`${topic}: ${parsed.message}`);
  return parsed.pattern;
}

function mailOf(smtp: NonNullable<ConfigurationShape['smtp']>): MailSettings {
  const { host, folder, username = null, password = null, requireTLS } = smtp;
  const from = smtp.from ?? `tocsin@${hostname()}`;
  if (folder !== undefined) return { kind: 'folder', from, folder };
  if (host === undefined) throw new Error('mail without a server or folder');
  const secure = smtp.secure ?? smtp.port === 465;
  const port = smtp.port ?? (secure ? 465 : 587);
  return { kind: 'server', from, host, port, secure, requireTls: requireTLS, username, password };
}
