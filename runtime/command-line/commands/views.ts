import type { Plan } from '../../../rules/engine.js';
import { didYouMean } from '../../../rules/format/did-you-mean.js';
import { type TableSummary, type TableView, tableSummaries, tableView } from '../../control/table-view.js';
import type { JournalReplay } from '../../replay/journal-replay.js';
import type { StateReader } from '../../storage/state-reader.js';
import { type Command, EXIT, type Io, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { pageOptions } from '../pages/page-options.js';
import { tableList, tablePage } from '../pages/table-page.js';
import { askOrRead, type SiteState, siteState } from '../site-state.js';
import { storedRun } from '../stored-run.js';

export const viewsCommand: Command = {
  help: `List the views of a site, or show the rows of one.

Usage: tocsin views [ID] [--site DIR] [--json]

  ID           the view whose rows are shown
  --site DIR   the folder with tocsin.json and views/ (default: the current one)
  --json       for programs: a list with id, title, labels, fields, every (ms)
               and rows; of one view the same with its rows, each with labels
               and values; null is a value that is not known

Without a running service it shows what was stored last, and says
\`(not running)\`.

Examples:
  tocsin views --site plant
  tocsin views line-load
  tocsin views line-load --json | jq '.rows[] | select(.values.mean > 80)'
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      { site: { type: 'string', default: '.' }, json: { type: 'boolean', default: false } },
      '[ID]',
    );
    const [id, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`one view at a time: ${more.join(' ')} is too much`);
    const state = await siteState(values.site);
    const shown = id === undefined ? await list(state, io) : await one(state, id, io);
    if (values.json) io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    else {
      const options = pageOptions(io, { now: Date.now(), timezone: state.timezone, site: values.site });
      io.stdout.write('rows' in shown ? tablePage(shown, options) : tableList(shown, options));
    }
    return EXIT.ok;
  },
};

/** What was stored last. Of a site that never ran that is nothing, whatever its files say. */
function runOf(stored: StateReader | null, io: Io): Promise<JournalReplay> {
  if (stored === null) io.stderr.write('nothing is stored yet: its views have rows when it runs\n');
  return storedRun(stored, io);
}

function list(state: SiteState, io: Io): Promise<readonly TableSummary[]> {
  return askOrRead<readonly TableSummary[]>(state, io, {
    ask: (service) => service.views(),
    read: async (stored) => {
      const { engine, plan } = await runOf(stored, io);
      return tableSummaries(engine, plan);
    },
  });
}

async function one(state: SiteState, id: string, io: Io): Promise<TableView> {
  let known: readonly string[] = [];
  const found = await askOrRead<TableView | null>(state, io, {
    ask: async (service) => {
      const view = await service.view(id);
      if (view === null) known = (await service.views()).map((other) => other.id);
      return view;
    },
    read: async (stored) => {
      const { engine, plan } = await runOf(stored, io);
      known = idsOf(plan);
      return tableView(engine, plan, id);
    },
  });
  if (found !== null) return found;
  const guess = didYouMean(id, known);
  throw new UsageError(`there is no view '${id}'${guess === null ? '' : `, did you mean '${guess}'?`}`);
}

function idsOf({ views = [] }: Plan): string[] {
  return views.map(({ id }) => id);
}
