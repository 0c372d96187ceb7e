import { didYouMean } from '../../rules/format/did-you-mean.js';
import { addressOf, type Tunable } from './tunable.js';

/** Why no place, or no single one, was found; the message says what can be written instead. */
export class NoSuchTunable extends Error {}

/**
 * The places that an address means. It is the way to a key: `oil-hot.when.warning.above`, of which all but the key itself
 * may be left out as long as one place is meant. With `*` in it, it means all that fit: `oil-hot.*.deadband`.
 *
 * @throws {NoSuchTunable}
 */
export function findTunables(address: string, tunables: readonly Tunable[]): readonly Tunable[] {
  const steps = address.split('.');
  const named = steps.filter((step) => step !== '*');
  const fitting = tunables.filter((tunable) => fits(named, addressOf(tunable).split('.')));
  if (fitting.length === 0) throw unknown(address, named, tunables);
  const written = fitting.filter((tunable) => tunable.written !== null);
  if (steps.includes('*')) return written.length > 0 ? written : fitting;
  const exact = fitting.filter((tunable) => isWhole(address, tunable));
  const choices = [exact, written, fitting].find(({ length }) => length === 1);
  if (choices !== undefined) return choices;
  throw ambiguous(address, written.length > 0 ? written : fitting);
}

/** In this order, the key last. */
function fits(steps: readonly string[], address: readonly string[]): boolean {
  if (steps.length === 0 || steps.at(-1) !== address.at(-1)) return false;
  let at = 0;
  for (const part of address) if (at < steps.length && part === steps[at]) at += 1;
  return at === steps.length;
}

function isWhole(address: string, tunable: Tunable): boolean {
  return address === addressOf(tunable) || address === tunable.path.join('.');
}

const SHOWN_MAX = 12;

function ambiguous(address: string, found: readonly Tunable[]): NoSuchTunable {
  const all = address.includes('.') ? address.replace(/\.(?=[^.]*$)/, '.*.') : `*.${address}`;
  return new NoSuchTunable(
    `'${address}' is in ${found.length} places; write one of them, or '${all}' for all together:\n${listed(found)}`,
  );
}

function listed(tunables: readonly Tunable[]): string {
  const lines = tunables.slice(0, SHOWN_MAX).map((tunable) => {
    const { document, span, written } = tunable;
    const { file, line, column } = document.locate(span);
    const value = written === null ? 'not set' : `now ${written}`;
    return `  ${addressOf(tunable)}  ${value}, ${file}:${line}:${column}`;
  });
  const more = tunables.length - lines.length;
  return [...lines, ...(more > 0 ? [`  … and ${more} more`] : [])].join('\n');
}

function unknown(address: string, steps: readonly string[], tunables: readonly Tunable[]): NoSuchTunable {
  const addresses = tunables.map((tunable) => addressOf(tunable).split('.'));
  const known = new Set(addresses.flat());
  const key = steps.at(-1) ?? '';
  const keys = new Set(addresses.map((parts) => parts.at(-1) ?? ''));
  const strange = steps.slice(0, -1).find((step) => !known.has(step));
  if (strange !== undefined) return misspelt(address, strange, known);
  if (!keys.has(key)) return misspelt(address, key, keys);
  const ending = tunables.filter((tunable) => tunable.path.at(-1) === key);
  return new NoSuchTunable(`there is no '${address}'; these end like it:\n${listed(ending)}`);
}

function misspelt(address: string, step: string, known: ReadonlySet<string>): NoSuchTunable {
  const meant = didYouMean(step, known);
  const hint =
    meant === null
      ? `; what can be swept: ${[...new Set([...known].filter((key) => !/^(\d+|#.*)$/.test(key)))].slice(0, 40).join(', ')}`
      : `, did you mean '${meant}'?`;
  const where = step === address ? '' : ` in '${address}'`;
  return new NoSuchTunable(`nothing that can be swept is called '${step}'${where}${hint}`);
}
