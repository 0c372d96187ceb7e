import type { Engine } from '../../rules/engine.js';

/** A line for each function of the site that threw: what rules make of it is unknown, and nothing else shows why. */
export function failedFunctionLines({ failedFunctions }: Pick<Engine, 'failedFunctions'>): string {
  return failedFunctions
    .map(({ name, message, time }) => {
      const at = new Date(time).toISOString();
      return `functions/${name}.js threw at ${at}: ${message}. From then on what rules make of it is unknown.\n`;
    })
    .join('');
}
