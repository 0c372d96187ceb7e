import type { FailedFunction } from '../../rules/engine.js';
import type { SystemReporter } from './system-reporter.js';

export interface FunctionWatchOptions {
  /** Those that threw. */
  readonly failed: () => readonly FailedFunction[];
  readonly system: SystemReporter;
}

/** Tells people of functions of the site that threw: what rules make of them is unknown until their files change. */
export class FunctionWatch {
  readonly #options: FunctionWatchOptions;

  constructor(options: FunctionWatchOptions) {
    this.#options = options;
  }

  look(): void {
    const { failed, system } = this.#options;
    const names = new Set<string>();
    for (const { name, message } of failed()) {
      names.add(name);
      const text = `functions/${name}.js threw: ${message}. What rules make of it is unknown until the file is changed.`;
      system.raise({ id: 'function-failed', labels: { function: name }, message: text });
    }
    for (const labels of system.alerts.openOf('function-failed')) {
      const name = labels['function'] ?? '';
      if (names.has(name)) continue;
      system.resolve({
        id: 'function-failed',
        labels,
        message: `functions/${name}.js is another, or not called any more`,
      });
    }
  }
}
