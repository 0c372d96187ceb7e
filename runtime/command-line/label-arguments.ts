import { didYouMean } from '../../rules/format/did-you-mean.js';
import { UsageError } from './command.js';

/** A rule and labels as they are typed: `press-overheat line=l1 machine=m1`. */
export interface NamedInstance {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * @param example how the command is used, for the message
 * @throws {UsageError} there is no rule, or something that is no label
 */
export function namedInstance(positionals: readonly string[], example: string): NamedInstance {
  const [rule, ...rest] = positionals;
  if (rule === undefined) throw new UsageError(`name the rule, such as: ${example}`);
  if (rule.includes('=')) throw new UsageError(`name the rule before its labels, such as: ${example}`);
  return { rule, labels: labelsIn(rest) };
}

/** @throws {UsageError} one of them is no label */
export function labelsIn(args: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(args.map(label));
}

function label(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`'${text}' is no label: write name=value, such as machine=m1`);
}

/** Whether an instance has all these labels. */
export function hasLabels(
  { labels }: { readonly labels: Readonly<Record<string, string>> },
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(labels, name) && labels[name] === value,
  );
}

export function noSuchRule(rule: string, known: readonly string[]): UsageError {
  const meant = didYouMean(rule, known);
  return new UsageError(`there is no rule '${rule}'${meant === null ? '' : `, did you mean '${meant}'?`}`);
}
