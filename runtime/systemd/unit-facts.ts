import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Configuration } from '../site/configuration.js';
import { secretsIn } from '../site/secrets-in.js';
import type { Account, UnitFacts } from './unit-text.js';

/** There can be no unit for this site; the message says why, and what to do. */
export class NoUnit extends Error {}

export interface UnitRequest {
  readonly name: string;
  /** The site's folder. */
  readonly folder: string;
  readonly configuration: Configuration;
  /** `null`: the owner of the site's folder, or, if that is root, one of its own. */
  readonly user: string | null;
  readonly node: string;
  /** The folder of the package. */
  readonly packageFolder: string;
}

/** What `ProtectHome=` and `PrivateTmp=` hide. */
const HIDDEN = ['/home', '/root', '/run/user', '/tmp', '/var/tmp'];

/** @throws {NoUnit} the site cannot be run like that */
export function unitFacts(request: UnitRequest): UnitFacts {
  const { name, configuration, node, packageFolder } = request;
  const site = resolve(request.folder);
  const account = accountOf(request, site);
  const port = configuration.embedded?.port ?? null;
  if (port !== null && port !== 0 && port < 1024) {
    throw new NoUnit(
      `mqtt.embedded.port is ${port}, and a sandboxed service listens only above 1023: change it`,
    );
  }
  const secrets = [...secretsIn(configuration).values()];
  return {
    name,
    site,
    node,
    main: join(packageFolder, 'dist/program/main.js'),
    account,
    // Node comes with its libraries beside it: …/bin/node, …/lib.
    readable: outermost([site, packageFolder, dirname(dirname(node))].filter(isHidden)),
    credentials: secrets.flatMap((one) => (one.kind === 'file' ? credentialIn(one.path, name) : [])),
    hasEnvironment: secrets.some(({ kind }) => kind === 'environment'),
  };
}

function accountOf({ name, configuration, user }: UnitRequest, site: string): Account {
  const { mail, dataFolder } = configuration;
  const data = resolve(site, dataFolder);
  const writer = user ?? ownerOf(site);
  if (writer !== null && writer !== 'root') {
    const mails = mail?.kind === 'folder' ? [resolve(site, mail.folder)] : [];
    const writable = outermost([data, ...mails]);
    return { kind: 'user', user: writer, writable, hidden: writable.filter(isHidden) };
  }
  refuseElsewhere('data', data, name);
  if (mail?.kind === 'folder') refuseElsewhere('smtp.folder', resolve(site, mail.folder), name);
  return { kind: 'dynamic' };
}

/** An account of its own has no other place to write. */
function refuseElsewhere(key: string, folder: string, name: string): void {
  const state = `/var/lib/${name}`;
  if (isWithin(folder, state)) return;
  throw new NoUnit(
    `the site belongs to root, so the service gets an account of its own, which writes in ${state} only: \`${key}\` is ${folder}. Change it in tocsin.json, or name an account that may write there with --user`,
  );
}

/** `null`: nobody whose name is known. */
function ownerOf(folder: string): string | null {
  const { uid } = statSync(folder);
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user = '', , id] = line.split(':');
    if (id === String(uid)) return user;
  }
  return null;
}

function isHidden(path: string): boolean {
  return HIDDEN.some((hidden) => isWithin(path, hidden));
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Without those that are inside another. */
function outermost(paths: readonly string[]): string[] {
  const different = [...new Set(paths)];
  return different.filter((path) => !different.some((other) => other !== path && isWithin(path, other)));
}

/** The name of a secret that systemd hands over: `/run/credentials/tocsin.service/NAME`. */
function credentialIn(path: string, name: string): string[] {
  const folder = `/run/credentials/${name}.service`;
  return dirname(path) === folder ? [relative(folder, path)] : [];
}
