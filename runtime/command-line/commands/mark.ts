import { zonedTime } from '../../delivery/zoned-time.js';
import { MARK_EVENTS } from '../../models/labels.js';
import type { NotedMark, StoredMark } from '../../storage/mark-table.js';
import { type Command, EXIT, type Io, UsageError } from '../command.js';
import { labelsIn } from '../label-arguments.js';
import { parseOptions } from '../options.js';
import { askOrRead, askService, type SiteState, siteState } from '../site-state.js';
import { counted, labelArguments } from '../text-layout.js';
import { timeOption } from '../time-option.js';

export const markCommand: Command = {
  help: `Note that a machine failed or was maintained, for the models that learn from it.

Usage: tocsin mark LABEL=VALUE… failure|maintenance [--at TIME] [--site DIR]
       tocsin mark list [--site DIR] [--json]
       tocsin mark remove NUMBER [--site DIR]

  LABEL=VALUE   the machine, by the labels that inputs of models capture
  failure       it broke; whatever is repaired now begins a new life
  maintenance   a worn part was replaced before it broke
  --at TIME     when that was (default: now)
  --site DIR    the folder with models/ (default: the current one)

Models that score the machine hear of it at once, unless it was more than a day
ago; the next training learns from it in any case. What happened before the
program was there belongs into labels/*.csv. A mark that is removed is not
learnt from any more. Needs a running service, but for the list.

Examples:
  tocsin mark machine=press-3 failure
  tocsin mark line=l1 machine=press-3 maintenance --at 2026-01-05T06:00:00Z
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        at: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      'LABEL=VALUE',
    );
    const at = timeOption('--at', values.at);
    const [first, second, ...more] = positionals;
    const isOther = first === 'list' || first === 'remove';
    if (isOther && at !== null) throw new UsageError(`--at does not go with ${first}`);
    const state = await siteState(values.site);
    if (first === 'list') {
      if (second !== undefined) throw new UsageError(`unexpected argument '${second}'`);
      return list(state, values.json, io);
    }
    if (first === 'remove') {
      if (more[0] !== undefined) throw new UsageError(`unexpected argument '${more[0]}'`);
      return remove(state, second, io);
    }
    return add(state, noted(positionals, at ?? Date.now()), io);
  },
};

function noted(positionals: readonly string[], time: number): NotedMark {
  const events = positionals.filter((text) => !text.includes('='));
  const event = MARK_EVENTS.find((one) => one === events[0]);
  if (event === undefined || events.length > 1)
    throw new UsageError('say failure or maintenance, such as: tocsin mark machine=m1 failure');
  const labels = labelsIn(positionals.filter((text) => text.includes('=')));
  if (Object.keys(labels).length === 0)
    throw new UsageError('name the machine by its labels, such as: tocsin mark machine=m1 failure');
  return { labels, time, event };
}

async function add(state: SiteState, mark: NotedMark, io: Io): Promise<number> {
  const outcome = await askService(state, io, (service) => service.mark(mark));
  if (outcome.kind === 'refused') {
    io.stderr.write(`not noted: ${outcome.reason}\n`);
    return EXIT.findings;
  }
  io.stdout.write(
    `noted: ${lineOf(mark, state)}; ${counted(outcome.told, 'instance')} of models heard of it\n`,
  );
  return EXIT.ok;
}

async function list(state: SiteState, isJson: boolean, io: Io): Promise<number> {
  const marks = await askOrRead<readonly StoredMark[]>(state, io, {
    ask: (service) => service.marks(),
    read: async (stored) => stored?.marks() ?? [],
  });
  if (isJson) io.stdout.write(`${JSON.stringify(marks, null, 2)}\n`);
  else if (marks.length === 0) io.stdout.write('Nothing is marked.\n');
  else for (const mark of marks) io.stdout.write(`${mark.number}  ${lineOf(mark, state)}\n`);
  return EXIT.ok;
}

async function remove(state: SiteState, text: string | undefined, io: Io): Promise<number> {
  if (text === undefined || !/^\d{1,15}$/.test(text))
    throw new UsageError('say which mark by its number: tocsin mark list has them');
  const isRemoved = await askService(state, io, (service) => service.removeMark(Number(text)));
  io.stdout.write(isRemoved ? `mark ${text} is removed\n` : `there is no mark ${text}\n`);
  return isRemoved ? EXIT.ok : EXIT.findings;
}

/** `2026-01-05 06:00:00 +00:00  machine=m1 failure` */
function lineOf({ labels, time, event }: NotedMark, { timezone }: SiteState): string {
  return `${zonedTime(time, timezone)}  ${labelArguments(labels)} ${event}`;
}
