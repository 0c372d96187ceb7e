import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Clock } from '../clock.js';
import { HostSlots } from '../delivery/host-slots.js';
import { MailFolder } from '../delivery/mail-folder.js';
import type { Receiver } from '../delivery/receiver.js';
import { SmtpMail } from '../delivery/smtp-mail.js';
import { Webhook } from '../delivery/webhook.js';
import { InvalidWebhookSecret, WebhookSignature } from '../delivery/webhook-signature.js';
import { type BodyFormat, TOCSIN_FORMAT } from '../formats/body-format.js';
import { fileIn, findFormat, parameterProblems, templateFormat } from '../formats/find-format.js';
import { readTemplate } from '../formats/read-template.js';
import type { Configuration, EmailSettings, MailSettings, WebhookSettings } from '../site/configuration.js';
import { isUrl } from '../site/configuration-fields.js';
import type { Secret } from '../site/secret.js';
import type { Log } from './log.js';
import type { Secrets } from './secrets.js';

export interface BuildOptions {
  readonly configuration: Configuration;
  /** The site's. */
  readonly folder: string;
  /** Takes up what is missing or wrong; nothing may be sent if there is anything. */
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly version: string;
  readonly log: Log;
}

/** Requests to one host at once, by all receivers there together. */
const HOST_SLOTS = 8;

/** The receivers of a configuration that get notices, with their secrets. Nothing is connected. */
export function buildReceivers(options: BuildOptions): Receiver[] {
  const { receivers, mail } = options.configuration;
  const mails = mail === null ? null : mailBuilder(mail, options);
  const hooks: HookParts[] = [];
  const built: Receiver[] = [];
  for (const { name, channel } of receivers) {
    if (channel.kind === 'webhook') hooks.push(hookParts(name, channel, options));
    else if (channel.kind === 'email' && mails !== null) built.push(mails(name, channel));
  }
  return [...built, ...buildWebhooks(hooks, options)];
}

function mailBuilder(
  mail: MailSettings,
  options: BuildOptions,
): (name: string, channel: EmailSettings) => Receiver {
  const { configuration, folder, clock, log } = options;
  const { timezone } = configuration;
  const { from } = mail;
  if (mail.kind === 'folder') {
    const path = resolve(folder, mail.folder);
    return (name, { to }) => {
      const fingerprint = fingerprintOf('folder', from, timezone, path, to);
      return new MailFolder({ name, fingerprint, from, to, timezone, folder: path });
    };
  }
  const { host, port, secure, requireTls, username } = mail;
  const password = mail.password === null ? null : options.secrets.fetch('smtp.password', mail.password);
  const credentials = username === null ? null : { username, password };
  const server = { host, port, secure, requireTls, credentials };
  const onRefused = (receiver: string, refusals: readonly string[]) =>
    log.error(`the mail server takes nothing for some of ${receiver}: ${refusals.join('; ')}`);
  const key = [host, port, secure, requireTls, username, password?.reveal() ?? null];
  return (name, { to }) => {
    const fingerprint = fingerprintOf('smtp', from, timezone, key, to);
    return new SmtpMail({ name, fingerprint, from, to, timezone, server, clock, onRefused });
  };
}

/** Of settings in the clear, so that secrets that changed count too; nobody can read them in it. */
function fingerprintOf(...settings: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('base64');
}

interface HookParts {
  readonly name: string;
  readonly fingerprint: string;
  readonly url: Secret;
  readonly host: string;
  readonly signature: WebhookSignature | null;
  readonly headers: readonly (readonly [string, Secret])[];
  readonly format: BodyFormat;
  readonly parameters: readonly Secret[];
}

function hookParts(name: string, channel: WebhookSettings, options: BuildOptions): HookParts {
  const { secrets } = options;
  const key = `receivers.${name}.webhook`;
  const url = secrets.fetch(`${key}.url`, channel.url);
  const isRight = isUrl(url.reveal(), ['http', 'https']);
  if (!isRight && url.reveal() !== '') secrets.problems.push(`${key}.url: must be an http or https URL`);
  const headers = [...channel.headers].map(
    ([header, value]) => [header, secrets.fetch(`${key}.headers.${header}`, value)] as const,
  );
  for (const [header, value] of headers) {
    if (!isHeader(header, value)) secrets.problems.push(`${key}.headers.${header}: is no HTTP header`);
  }
  const signature = channel.secret === null ? null : signatureOf(`${key}.secret`, channel.secret, secrets);
  const host = isRight ? new URL(url.reveal()).host : '';
  const clear = headers.map(([header, value]) => [header, value.reveal()]);
  const given = [...channel.parameters].map(
    ([one, value]) => [one, secrets.fetch(`${key}.parameters.${one}`, value)] as const,
  );
  const format = formatOf(`${key}.format`, channel.format, new Map(given), options);
  const parts = [url.reveal(), signature?.fingerprint ?? null, clear, format.fingerprint];
  const fingerprint = fingerprintOf('webhook', ...parts);
  const parameters = given.map(([, value]) => value);
  return { name, fingerprint, url, host, signature, headers, format, parameters };
}

function formatOf(
  key: string,
  name: string,
  parameters: ReadonlyMap<string, Secret>,
  { folder, secrets, configuration }: BuildOptions,
): BodyFormat {
  const found = findFormat(name, (path) => fileIn(folder, path));
  if (found.kind === 'code') return found.format;
  if (found.kind === 'none') {
    secrets.problems.push(`${key}: ${found.message} ${found.hint}`);
    return TOCSIN_FORMAT;
  }
  const { file } = found;
  const { template, issues } = readTemplate(file);
  if (template === null) {
    const [first] = issues;
    secrets.problems.push(`${key}: ${file.path}:${first?.line ?? 1} is wrong: ${first?.message ?? ''}`);
    return TOCSIN_FORMAT;
  }
  for (const problem of parameterProblems(template, parameters.keys()))
    secrets.problems.push(`${key}: the format "${name}" ${problem}`);
  const clear = new Map([...parameters].map(([one, value]) => [one, value.reveal()]));
  return templateFormat(template, file.text, { parameters: clear, timezone: configuration.timezone });
}

function isHeader(name: string, value: Secret): boolean {
  try {
    new Headers([[name, value.reveal()]]);
    return true;
  } catch {
    return false; // a TypeError whose message would show the value
  }
}

function signatureOf(
  key: string,
  reference: NonNullable<WebhookSettings['secret']>,
  secrets: Secrets,
): WebhookSignature | null {
  const secret = secrets.fetch(key, reference);
  if (secret.reveal() === '') return null; // reported already
  try {
    return new WebhookSignature(secret);
  } catch (error) {
    if (!(error instanceof InvalidWebhookSecret)) throw error;
    secrets.problems.push(`${key}: ${error.message}`);
    return null;
  }
}

/** Receivers at one host share its slots evenly, so that one that hangs leaves the others theirs. */
function buildWebhooks(hooks: readonly HookParts[], { clock, version }: BuildOptions): Webhook[] {
  const byHost = new Map<string, HookParts[]>();
  for (const parts of hooks) byHost.set(parts.host, [...(byHost.get(parts.host) ?? []), parts]);
  return [...byHost.values()].flatMap((atHost) => {
    const slots = new HostSlots(HOST_SLOTS);
    const concurrency = Math.max(1, Math.floor(HOST_SLOTS / atHost.length));
    return atHost.map((parts) => {
      const fingerprint = fingerprintOf(parts.fingerprint, concurrency);
      return new Webhook({
        ...parts,
        fingerprint,
        concurrency,
        slots,
        userAgent: `tocsin/${version}`,
        clock,
      });
    });
  });
}
