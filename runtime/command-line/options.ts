import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean } from '../../rules/format/did-you-mean.js';
import { UsageError } from './command.js';

type ParseArgsOptionsConfig = NonNullable<ParseArgsConfig['options']>;

type Parsed<O extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>;

/**
 * Parses what follows a command's name.
 *
 * @param options as `node:util` parseArgs takes them
 * @param positionals what the command calls its further arguments (`FILE…`); `null`: it takes none
 * @throws {UsageError} an unknown option (with what was probably meant), a missing or surplus value, a surplus argument
 */
export function parseOptions<const O extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: O,
  positionals: string | null = null,
): Parsed<O> {
  refuseUnknown(args, options);
  let parsed: Parsed<O>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')) {
      throw new UsageError(firstSentence(error.message));
    }
    throw error;
  }
  const surplus = parsed.positionals[0];
  if (positionals === null && surplus !== undefined) throw new UsageError(unexpected(surplus, args, options));
  return parsed;
}

/** Most often it is a recording, or the folder of the site, as other programs take it. */
function unexpected(surplus: string, args: readonly string[], options: ParseArgsOptionsConfig): string {
  const isRecording = Object.hasOwn(options, 'input') && /\.(csv|tsv|ndjson|jsonl|json)$/i.test(surplus);
  if (isRecording) return `unexpected argument '${surplus}', did you mean --input ${surplus}?`;
  const isSite = Object.hasOwn(options, 'site') && !namesSite(args);
  return `unexpected argument '${surplus}'${isSite ? `, did you mean --site ${surplus}?` : ''}`;
}

/** Whether the user has said which site, and did not leave it to the current folder. */
export function namesSite(args: readonly string[]): boolean {
  return args.some((arg) => arg === '--site' || arg.startsWith('--site='));
}

/** parseArgs names an unknown option but not the one that was meant. */
function refuseUnknown(args: readonly string[], options: ParseArgsOptionsConfig): void {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue;
    const meant = didYouMean(token.name, Object.keys(options));
    throw new UsageError(
      `there is no option ${token.rawName}${meant === null ? '' : `, did you mean --${meant}?`}`,
    );
  }
}

/** "Option '--site <value>' argument missing" and its like, without the advice that follows. */
function firstSentence(message: string): string {
  const sentence = message.split('\n', 1)[0] ?? message;
  return (sentence.split('. ', 1)[0] ?? sentence).replace(/^Option/, 'option').replace(/\.$/, '');
}
