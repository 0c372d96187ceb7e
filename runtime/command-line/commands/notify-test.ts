import { didYouMean } from '../../../rules/format/did-you-mean.js';
import type { NotifyTestOutcome } from '../../control/control-target.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { askService, siteState } from '../site-state.js';

export const notifyTestCommand: Command = {
  help: `Send a test notice to a receiver, past all routes, and say whether it got there.

Usage: tocsin notify-test RECEIVER [--site DIR] [--json]

  RECEIVER     a receiver of tocsin.json
  --site DIR   the folder with tocsin.json and rules/ (default: the current one)
  --json       the outcome for programs: kind, id, reason

Needs a running service. It is tried once, and not again; the exit code is 1 if
it did not get there.

Examples:
  tocsin notify-test maintenance --site plant
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      { site: { type: 'string', default: '.' }, json: { type: 'boolean', default: false } },
      'RECEIVER',
    );
    const [receiver, surplus] = positionals;
    if (receiver === undefined) throw new UsageError('name the receiver, such as: tocsin notify-test scada');
    if (surplus !== undefined) throw new UsageError(`unexpected argument '${surplus}'`);
    const state = await siteState(values.site);
    const outcome = await askService(state, io, (service) => service.notifyTest(receiver));
    if (outcome.kind === 'unknown') throw new UsageError(unknownText(receiver, outcome.receivers));
    io.stdout.write(
      values.json ? `${JSON.stringify(outcome, null, 2)}\n` : `${outcomeText(receiver, outcome)}\n`,
    );
    return outcome.kind === 'delivered' ? EXIT.ok : EXIT.findings;
  },
};

function outcomeText(receiver: string, outcome: Exclude<NotifyTestOutcome, { kind: 'unknown' }>): string {
  return outcome.kind === 'delivered'
    ? `${receiver} took the test notice ${outcome.id}`
    : `${receiver} did not get the test notice ${outcome.id}: ${outcome.reason}`;
}

function unknownText(receiver: string, receivers: readonly string[]): string {
  if (receivers.length === 0) return `there is no receiver '${receiver}': tocsin.json has none yet`;
  const meant = didYouMean(receiver, receivers);
  const known = meant === null ? `there are ${receivers.join(', ')}` : `did you mean '${meant}'?`;
  return `there is no receiver '${receiver}', ${known}`;
}
