import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Clock, Timer } from '../clock.js';
import type { Configuration } from '../site/configuration.js';
import { PLAN_FOLDER_NAMES } from '../site/plan-files.js';
import { type EffectiveSite, effectiveSite, type SiteInForce } from './effective-site.js';
import { FolderWatch } from './folder-watch.js';
import type { CheckConfiguration } from './settle-configuration.js';
import { SiteScan } from './site-scan.js';

export interface SiteWatchOptions {
  /** The site's. */
  readonly folder: string;
  readonly clock: Clock;
  /** What the service runs with, and the files it comes from. */
  readonly started: Configuration;
  readonly inForce: SiteInForce;
  /**
   * Something else counts now (`changes`), or a file stands otherwise than before. The next look waits for it; if it
   * throws, nothing of it counts, and it is called again at the next look.
   */
  readonly onChange: (site: EffectiveSite) => Promise<void> | void;
  /** Asked about a changed configuration before it counts. */
  readonly check: CheckConfiguration;
  /** `onChange` threw, or a look failed: for the log. */
  readonly onFault: (error: unknown) => void;
  readonly times?: WatchTimes;
}

export interface WatchTimes {
  /** A file is read when it looked the same for so long. */
  readonly stableMs: number;
  /** Looked at so often, in case that the system told nothing. */
  readonly pollMs: number;
  /** While a file is written all the time the others are taken up after so long. */
  readonly unsettledMsMax: number;
}

/** Between what the system tells and the first of two looks. */
const EVENT_MS = 50;
const TIMES: WatchTimes = { stableMs: 300, pollMs: 10_000, unsettledMsMax: 2_000 };

/** Watches the files of a site while the service runs, and tells when something else counts. */
export class SiteWatch {
  readonly #options: SiteWatchOptions;
  readonly #times: WatchTimes;
  readonly #scan: SiteScan;
  readonly #folders: readonly FolderWatch[];
  #inForce: SiteInForce;
  /** How the files stood when it was told last. */
  #told = '';
  #next: Timer | null = null;
  #endPause: (() => void) | null = null;
  #looking: Promise<EffectiveSite | null> | null = null;
  #isEventful = false;
  #isStopped = false;

  constructor(options: SiteWatchOptions) {
    const { folder, started, inForce, times = TIMES } = options;
    this.#options = options;
    this.#times = times;
    this.#inForce = inForce;
    this.#scan = new SiteScan(folder, resolve(folder, started.dataFolder));
    const planFolders = PLAN_FOLDER_NAMES.map((name) => join(folder, name));
    this.#folders = [folder, ...planFolders].map((path) => new FolderWatch(path, () => this.#onEvent()));
  }

  /** Begins with a look. */
  start(): void {
    void this.look();
  }

  /** Looks now; gives what counts then, `null` if it could not be taken up. */
  look(): Promise<EffectiveSite | null> {
    this.#next?.cancel();
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** Resolves when the look under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#next?.cancel();
    for (const folder of this.#folders) folder.stop();
    this.#endPause?.();
    await this.#looking;
  }

  async #lookOnce(): Promise<EffectiveSite | null> {
    let site: EffectiveSite | null = null;
    try {
      for (const folder of this.#folders) folder.renew();
      this.#isEventful = false;
      const found = await this.#settled();
      // To find out what counts and to take it up take some ms each, for those who have something to do at once.
      if (found !== null) await setImmediate();
      if (found !== null && !this.#isStopped) {
        await this.#tell(found);
        site = found;
      }
    } catch (error) {
      this.#options.onFault(error);
    }
    this.#lookAgainIn(this.#isEventful ? this.#times.stableMs : this.#waitAfter(site));
    return site;
  }

  /** Scans until nobody writes any more, or for as long as that may take. */
  async #settled(): Promise<EffectiveSite | null> {
    const { clock, started, check } = this.#options;
    const begin = clock.monotonic();
    while (!this.#isStopped) {
      const { found, isUnsettled } = await this.#scan.scan();
      const now = clock.monotonic();
      const isLong = now - begin >= this.#times.unsettledMsMax;
      if (isUnsettled && isLong) this.#isEventful = true;
      if (!isUnsettled || isLong) return effectiveSite(this.#inForce, found, { started, check, now });
      await this.#pause();
    }
    return null;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.schedule(this.#times.stableMs, resolve);
      this.#endPause = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  async #tell(site: EffectiveSite): Promise<void> {
    const { views, needsRestart, isMissingAll } = site;
    const standing = JSON.stringify({ views, needsRestart, isMissingAll });
    if (site.changes.length > 0 || standing !== this.#told) await this.#options.onChange(site);
    this.#inForce = site.inForce;
    this.#told = standing;
  }

  /** Looks soon, not at once: who writes all the time is not followed all the time. */
  #onEvent(): void {
    if (this.#isEventful) return;
    this.#isEventful = true;
    if (this.#looking === null) this.#lookAgainIn(EVENT_MS);
  }

  #waitAfter(site: EffectiveSite | null): number {
    const { pollMs } = this.#times;
    if (site === null || site.lookAgainAt === null) return pollMs;
    return Math.min(pollMs, Math.max(0, site.lookAgainAt - this.#options.clock.monotonic()));
  }

  #lookAgainIn(delayMs: number): void {
    this.#next?.cancel();
    if (!this.#isStopped) this.#next = this.#options.clock.schedule(delayMs, () => void this.look());
  }
}
