import { type Context, createContext, runInContext } from 'node:vm';
import { GLOBALS } from './function-source.js';

/** Of what is built in, what gives another result in another place, or can run for ever. */
const REMOVED = {
  Math: ['random'],
  'String.prototype': [
    ...['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase', 'normalize'],
    ...['match', 'matchAll', 'search', 'repeat', 'padStart', 'padEnd'],
  ],
  'Number.prototype': ['toLocaleString'],
  'Array.prototype': ['toLocaleString'],
  'Object.prototype': ['toLocaleString'],
  Error: ['captureStackTrace', 'stackTraceLimit'],
} as const;

/** Takes away, then freezes whatever a function can come across, so that none leaves anything behind for the next call. */
const HARDEN = `'use strict';
((globals, removed) => {
  const global = globalThis;
  for (const [path, names] of removed) {
    const owner = path.split('.').reduce((from, name) => from[name], global);
    for (const name of names) delete owner[name];
  }
  const seen = new Set();
  const freeze = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    Object.freeze(value);
    freeze(Object.getPrototypeOf(value));
    for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) {
      freeze(property.value);
      freeze(property.get);
      freeze(property.set);
    }
  };
  const names = Object.getOwnPropertyNames(global);
  for (const name of names) if (name !== 'globalThis') freeze(global[name]);
  freeze([][Symbol.iterator]());
  freeze(''[Symbol.iterator]());
  for (const name of names) if (!globals.includes(name)) delete global[name];
})`;

let context: Context | null = null;

/** Where functions run: nothing of the program is there, and nothing that is there can be changed. */
export function bareContext(): Context {
  if (context === null) {
    const made = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
    const text = `${HARDEN}(${JSON.stringify([...GLOBALS])}, ${JSON.stringify(Object.entries(REMOVED))})`;
    runInContext(text, made);
    context = made;
  }
  return context;
}
