import { type ModelSummary, type ModelView, modelSummaries, modelView } from '../../control/model-view.js';
import { type Command, EXIT, type Io, UsageError } from '../command.js';
import { noSuchModel } from '../named-model.js';
import { parseOptions } from '../options.js';
import { modelList, modelPage } from '../pages/model-page.js';
import { pageOptions } from '../pages/page-options.js';
import { askOrRead, type SiteState, siteState } from '../site-state.js';
import { storedRun } from '../stored-run.js';

export const modelsCommand: Command = {
  help: `List the models of a site, or show what one says of each machine.

Usage: tocsin models [list] [--site DIR] [--json]
       tocsin models show ID [--site DIR] [--json]

  ID           the model whose instances are shown
  --site DIR   the folder with models/ (default: the current one)
  --json       for programs: a list with id, kind, title, labels, outputs,
               every (ms), and how many instances have each quality; of one
               model the same with its instances: labels, values, quality

The quality says how far outputs can be trusted: ok, warmup (still learning),
untrained, stale, drifted, or range (unlike anything it learnt from). With any
but ok they are unknown (?), but for those that say how far the warm-up is.

Without a running service it shows what was stored last, and says
\`(not running)\`.

Examples:
  tocsin models --site plant
  tocsin models show bearing
  tocsin models show bearing --json | jq '.instances[].quality'
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      { site: { type: 'string', default: '.' }, json: { type: 'boolean', default: false } },
      '[list | show ID]',
    );
    const id = shownId(positionals);
    const state = await siteState(values.site);
    const options = pageOptions(io, { now: Date.now(), timezone: state.timezone, site: values.site });
    if (id === null) {
      const models = await list(state, io);
      io.stdout.write(values.json ? asJson(models) : modelList(models, options));
    } else {
      const model = await one(state, id, io);
      io.stdout.write(values.json ? asJson(model) : modelPage(model, options));
    }
    return EXIT.ok;
  },
};

/** `null`: all are listed. */
function shownId([what = 'list', id, ...more]: readonly string[]): string | null {
  if (what !== 'list' && what !== 'show') throw new UsageError(`list or show, not '${what}'`);
  const surplus = what === 'list' ? id : more[0];
  if (surplus !== undefined) throw new UsageError(`unexpected argument '${surplus}'`);
  if (what === 'list') return null;
  if (id === undefined) throw new UsageError('say which model: tocsin models show ID');
  return id;
}

function asJson(shown: unknown): string {
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function list(state: SiteState, io: Io): Promise<readonly ModelSummary[]> {
  return askOrRead<readonly ModelSummary[]>(state, io, {
    ask: (service) => service.models(),
    read: async (stored) => {
      const { engine, plan } = await storedRun(stored, io);
      return modelSummaries(engine, plan);
    },
  });
}

async function one(state: SiteState, id: string, io: Io): Promise<ModelView> {
  let known: readonly string[] = [];
  const found = await askOrRead<ModelView | null>(state, io, {
    ask: async (service) => {
      const model = await service.model(id);
      if (model === null) known = (await service.models()).map((other) => other.id);
      return model;
    },
    read: async (stored) => {
      const { engine, plan } = await storedRun(stored, io);
      known = (plan.models ?? []).map((other) => other.id);
      return modelView(engine, plan, id);
    },
  });
  if (found !== null) return found;
  throw noSuchModel(id, known);
}
