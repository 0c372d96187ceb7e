import { settingsForReading } from '../../history/history-settings.js';
import { isCsv } from '../../replay/open-recording.js';
import { dataFolderOf } from '../../site/data-folder.js';
import { loadSiteOrEmptied } from '../../site/emptied-site.js';
import { type Command, EXIT, type Io, UsageError } from '../command.js';
import {
  type Explained,
  explainJournal,
  explainLive,
  explainMessages,
  explainStored,
  type WantedExplanation,
} from '../explain-sources.js';
import { namedInstance } from '../label-arguments.js';
import { parseOptions } from '../options.js';
import { explanationText } from '../pages/explanation-text.js';
import { pageOptions } from '../pages/page-options.js';
import { rangeOption } from '../range-option.js';
import type { HistoryRange } from '../run-history-replay.js';
import { recordingSource } from '../run-replay.js';
import { siteOrStop } from '../site-rules.js';
import { labelArguments } from '../text-layout.js';
import { timeOption } from '../time-option.js';

export const explainCommand: Command = {
  help: `Show what a rule sees, and why its alert does or does not fire: each condition
with its values, delays that run, and who was told.

Usage: tocsin explain RULE [LABEL=VALUE…] [--site DIR] [--at TIME] [--json]
                      [--input FILE [--topic TEMPLATE] [--time-column NAME]]
                      [--history FROM..TO] [--journal FILE]

  RULE          the id of the rule
  LABEL=VALUE   which of its instances (default: all, those that fire first)
  --site DIR    the folder with tocsin.json and rules/ (default: the current)
  --at TIME     at this time, by what is stored, instead of now
  --input FILE  in a recording, by the rules of the site, at its end or at --at;
                --topic and --time-column as for \`tocsin replay\`
  --history FROM..TO  in the readings that the service has kept of this time
  --journal FILE  in what \`export --journal\` wrote
  --json        a list of explanations for programs: rule, labels, state,
                severity, values, levels, time, alert, mutedBy, told

In a recording and in history it is by the rules and routes of the site as they
are now: who would have been told, and who would be next.

✓ is true, ✗ false, ? unknown. The exit code is 1 if the rule has no such
instance: no reading for it has come.

Examples:
  tocsin explain press-overheat line=l1 machine=m1
  tocsin explain press-overheat --at 2026-01-05T06:00:00Z
  tocsin explain oven-hot --input monday.csv --topic 'plant/{column}/temp'
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        at: { type: 'string' },
        input: { type: 'string' },
        topic: { type: 'string' },
        'time-column': { type: 'string' },
        journal: { type: 'string' },
        history: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      'RULE',
    );
    const { input, journal, topic, 'time-column': timeColumn } = values;
    if ([input, journal, values.history].filter((one) => one !== undefined).length > 1) {
      throw new UsageError('--input, --history and --journal exclude each other');
    }
    if ((input === undefined || !isCsv(input)) && (topic !== undefined || timeColumn !== undefined)) {
      throw new UsageError('--topic and --time-column are for CSV files, whose names end in .csv');
    }
    const wanted = {
      ...namedInstance(positionals, 'tocsin explain press-overheat machine=m1'),
      site: values.site,
      at: timeOption('--at', values.at),
    };
    const layout = { topic: topic ?? null, timeColumn: timeColumn ?? 'time' };
    const range = values.history === undefined ? null : rangeOption('--history', values.history);
    const explained =
      input !== undefined
        ? await explainMessages(
            wanted,
            await siteOrStop(values.site, io),
            recordingSource({ input, ...layout }, io),
            io,
          )
        : range !== null
          ? await explainHistory(wanted, range, io)
          : journal !== undefined
            ? await explainJournal(wanted, journal, io)
            : wanted.at !== null
              ? await explainStored(wanted, io)
              : await explainLive(wanted, io);
    const which = `${wanted.rule} ${labelArguments(wanted.labels)}`.trimEnd();
    const isNone = explained.explanations.length === 0 && !values.json;
    const missing = isNone ? await noInstance(which, wanted) : '';
    return show(explained, { io, json: values.json, missing, site: values.site });
  },
};

async function explainHistory(wanted: WantedExplanation, range: HistoryRange, io: Io): Promise<Explained> {
  const site = await siteOrStop(wanted.site, io);
  const place = { dataFolder: dataFolderOf(site.files), settings: settingsForReading(site.configuration) };
  // Only this needs the database.
  const { withHistory } = await import('../run-history-replay.js');
  return withHistory({ ...range, ...place }, io, (source) => explainMessages(wanted, site, source, io));
}

interface Shown {
  readonly io: Io;
  readonly json: boolean;
  /** What is said where there is nothing to explain. */
  readonly missing: string;
  readonly site: string;
}

/** Mostly a topic or a field is spelt otherwise than the devices do it. */
async function noInstance(
  which: string,
  { rule: id, site }: { readonly rule: string; readonly site: string },
): Promise<string> {
  const { rules } = await loadSiteOrEmptied(site);
  const rule = rules.find((one) => one.id === id);
  const waited = (rule?.inputs ?? []).flatMap(({ source }) =>
    source.kind === 'topic' ? [`  ${source.pattern.text}${fieldWords(source.field)}\n`] : [],
  );
  const reads = waited.length === 0 ? '' : `The rule waits for:\n${waited.join('')}`;
  return `There is no instance ${which}: no reading for it has come.\n${reads}`;
}

function fieldWords(field: string): string {
  return field === 'value' ? '' : `  a JSON object with the field ${field}`;
}

function show({ explanations, others, timezone }: Explained, { io, json, missing, site }: Shown): number {
  if (json) io.stdout.write(`${JSON.stringify(explanations, null, 2)}\n`);
  else if (explanations.length === 0) io.stdout.write(missing);
  else io.stdout.write(pages({ explanations, others, timezone }, site, io));
  return explanations.length === 0 ? EXIT.findings : EXIT.ok;
}

function pages({ explanations, others, timezone }: Explained, site: string, io: Io): string {
  const shown = explanations.map((one) =>
    explanationText(one, pageOptions(io, { now: one.time, timezone, site })),
  );
  if (others.length === 0) return shown.join('\n');
  const names = others
    .slice(0, NAMES_MAX)
    .map(({ labels, state }) => `  ${labelArguments(labels)}  ${state}`);
  const rest = others.length > NAMES_MAX ? [`  and ${others.length - NAMES_MAX} more`] : [];
  const head = `${others.length} more, named by their labels:`;
  return `${shown.join('\n')}\n${[head, ...names, ...rest].join('\n')}\n`;
}

const NAMES_MAX = 10;
