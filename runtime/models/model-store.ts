import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Low } from 'lowdb';
import { isAbsent } from '../site/system-error.js';
import { DurableJson } from '../storage/durable-json.js';
import { makeDataFolder } from '../storage/make-data-folder.js';
import { syncFolder, writeDurably } from '../storage/write-durably.js';
import { type Active, activationShape } from './activation.js';
import { activationPath } from './activation-path.js';
import { artefactHashSlowly } from './artefact-document.js';

/** So many versions of a model are kept, and those that are or were in force. */
const VERSIONS_KEPT = 10;
/** So far back can be gone. */
const BEFORE_KEPT = 10;

export interface StoredVersion {
  readonly version: number;
  readonly hash: string;
  /** As it is stored. */
  readonly text: string;
}

type Activations = Record<string, Active>;

/**
 * What the models of a site have learnt, version by version, and which is in force: files of the data folder,
 * `models/ID/3.json` and `models/activation.json`.
 */
export class ModelStore {
  readonly folder: string;
  readonly #activation: Low<Activations>;

  constructor(dataFolder: string) {
    this.folder = join(dataFolder, 'models');
    this.#activation = new Low(new DurableJson(activationPath(dataFolder), parseActivations), {});
  }

  /** Numbers, ascending. */
  async versions(model: string): Promise<number[]> {
    try {
      const names = await readdir(join(this.folder, model));
      return names.flatMap((name) => versionOf(name) ?? []).sort((a, b) => a - b);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  }

  /** `null`: there is no such version. */
  async read(model: string, version: number): Promise<StoredVersion | null> {
    const text = await this.#text(model, version);
    return text === null ? null : { version, hash: await artefactHashSlowly(text, setImmediate), text };
  }

  async #text(model: string, version: number): Promise<string | null> {
    try {
      return await readFile(this.#path(model, version), 'utf8');
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  /** Stores an artefact as the next version. One that is there already stays what it is. */
  async add(model: string, text: string): Promise<{ readonly version: number; readonly isNew: boolean }> {
    const versions = await this.versions(model);
    for (const version of versions.toReversed()) {
      if ((await this.#text(model, version)) === text) return { version, isNew: false };
    }
    const version = (versions.at(-1) ?? 0) + 1;
    makeDataFolder(join(this.folder, model));
    await writeDurably(this.#path(model, version), text);
    await syncFolder(this.folder);
    await this.#prune(model, [...versions, version]);
    return { version, isNew: true };
  }

  /** `null`: none is in force. */
  async active(model: string): Promise<Active | null> {
    await this.#activation.read();
    const { data } = this.#activation;
    return Object.hasOwn(data, model) ? (data[model] ?? null) : null;
  }

  /** Lets a version be in force from now on; `null`: there is no such version. */
  async activate(model: string, version: number): Promise<Active | null> {
    const stored = await this.read(model, version);
    if (stored === null) return null;
    const active = await this.active(model);
    const before = active === null || active.version === version ? [] : [active.version];
    const earlier = (active?.before ?? []).filter((one) => one !== version);
    return this.#set(model, {
      version,
      hash: stored.hash,
      before: [...before, ...earlier].slice(0, BEFORE_KEPT),
    });
  }

  /** Lets the version be in force again that was before; `null`: there is none. */
  async rollback(model: string): Promise<Active | null> {
    const active = await this.active(model);
    for (const [index, version] of (active?.before ?? []).entries()) {
      const stored = await this.read(model, version);
      if (stored === null) continue;
      return this.#set(model, { version, hash: stored.hash, before: active?.before.slice(index + 1) ?? [] });
    }
    return null;
  }

  async #set(model: string, active: Active): Promise<Active> {
    makeDataFolder(this.folder);
    this.#activation.data[model] = active;
    await this.#activation.write();
    return active;
  }

  async #prune(model: string, versions: readonly number[]): Promise<void> {
    const active = await this.active(model);
    const wanted = new Set([...versions.slice(-VERSIONS_KEPT), active?.version, ...(active?.before ?? [])]);
    for (const version of versions) if (!wanted.has(version)) await rm(this.#path(model, version));
  }

  #path(model: string, version: number): string {
    return join(this.folder, model, `${version}.json`);
  }
}

function versionOf(name: string): number | null {
  const digits = /^([1-9]\d{0,8})\.json$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

function parseActivations(text: string): Activations | null {
  try {
    return activationShape.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // No JSON: the last good copy counts.
    return null;
  }
}
