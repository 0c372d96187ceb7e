import { createEngine } from '../../../rules/create-engine.js';
import type { Engine, Plan } from '../../../rules/engine.js';
import { type ModelSummary, type ModelView, modelSummaries, modelView } from '../../control/model-view.js';
import type { Active } from '../../models/activation.js';
import { readArtefactText } from '../../models/artefact-document.js';
import { type ModelStanding, modelStanding } from '../../models/model-standing.js';
import { ModelStore } from '../../models/model-store.js';
import type { StateReader } from '../../storage/state-reader.js';
import { CannotRun, type Command, EXIT, type Io, UsageError } from '../command.js';
import { takenUp } from '../model-site.js';
import { noSuchModel } from '../named-model.js';
import { parseOptions } from '../options.js';
import { modelList, modelPage } from '../pages/model-page.js';
import { pageOptions } from '../pages/page-options.js';
import { askOrRead, type SiteState, siteState } from '../site-state.js';
import { storedRun } from '../stored-run.js';

export const modelsCommand: Command = {
  help: `List the models of a site, show what one says of each machine, or choose
which of its versions is in force.

Usage: tocsin models [list] [--site DIR] [--json]
       tocsin models show ID [--site DIR] [--json]
       tocsin models activate ID VERSION [--site DIR]
       tocsin models rollback ID [--site DIR]

  show         what the model says of each machine
  activate     let this version be in force, whatever the training said of it
  rollback     let the version be in force again that was before
  --site DIR   the folder with models/ (default: the current one)
  --json       for programs: a list with id, kind, title, labels, outputs,
               every (ms), how many instances have each quality, the version
               in force, all versions and what is wrong with it; of one model
               the same with its instances: labels, values, quality

A running service takes up another version by itself, within a second.

The quality says how far outputs can be trusted: ok, warmup (still learning),
untrained, stale, drifted, or range (unlike anything it learnt from). With any
but ok they are unknown (?), but for those that say how far the warm-up is.

Without a running service it shows what was stored last, and says
\`(not running)\`.

Examples:
  tocsin models --site plant
  tocsin models show bearing
  tocsin models show bearing --json | jq '.instances[].quality'
  tocsin models activate bearing 3
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      { site: { type: 'string', default: '.' }, json: { type: 'boolean', default: false } },
      '[list | show ID | activate ID VERSION | rollback ID]',
    );
    const [what = 'list', ...rest] = positionals;
    switch (what) {
      case 'list':
      case 'show':
        return show(shownId(what, rest), values, io);
      case 'activate':
      case 'rollback':
        return choose(what, rest, values.site, io);
      default:
        throw new UsageError(`list, show, activate or rollback, not '${what}'`);
    }
  },
};

async function show(
  id: string | null,
  { site, json }: { readonly site: string; readonly json: boolean },
  io: Io,
): Promise<number> {
  const state = await siteState(site);
  const options = pageOptions(io, { now: Date.now(), timezone: state.timezone, site });
  const standings = await standingsOf(state);
  if (id === null) {
    const models = (await list(state, io)).map((model) => ({ ...model, ...standings.get(model.id) }));
    io.stdout.write(json ? asJson(models) : modelList(models, options));
  } else {
    const found = await one(state, id, io);
    const model = { ...found, ...standings.get(id) };
    io.stdout.write(json ? asJson(model) : modelPage(model, options));
  }
  return EXIT.ok;
}

/** `null`: all are listed. */
function shownId(what: 'list' | 'show', [id, ...more]: readonly string[]): string | null {
  const surplus = what === 'list' ? id : more[0];
  if (surplus !== undefined) throw new UsageError(`unexpected argument '${surplus}'`);
  if (what === 'list') return null;
  if (id === undefined) throw new UsageError('say which model: tocsin models show ID');
  return id;
}

async function standingsOf({ site, dataFolder }: SiteState): Promise<Map<string, ModelStanding>> {
  const store = new ModelStore(dataFolder);
  const standings = new Map<string, ModelStanding>();
  for (const model of site.models) standings.set(model.id, await modelStanding(store, model, Date.now()));
  return standings;
}

/** Another version in force. */
async function choose(
  what: 'activate' | 'rollback',
  [id, version, ...more]: readonly string[],
  folder: string,
  io: Io,
): Promise<number> {
  if (id === undefined) throw new UsageError(`say which model: tocsin models ${what} ID`);
  const surplus = what === 'rollback' ? version : more[0];
  if (surplus !== undefined) throw new UsageError(`unexpected argument '${surplus}'`);
  const { dataFolder } = await siteState(folder);
  const store = new ModelStore(dataFolder);
  const active = what === 'rollback' ? await store.rollback(id) : await activate(store, id, version ?? '');
  if (active === null) throw new CannotRun(`no version of ${id} was in force before the present one`);
  io.stdout.write(`version ${active.version} of ${id} is in force\n`);
  await takenUp({ dataFolder }, io);
  return EXIT.ok;
}

async function activate(store: ModelStore, id: string, text: string): Promise<Active> {
  const versions = await store.versions(id);
  const version = versions.find((one) => String(one) === text);
  if (version === undefined) {
    const known = versions.length === 0 ? `${id} was never trained` : `there are ${versions.join(', ')}`;
    throw new UsageError(
      text === '' ? `say which version: ${known}` : `there is no version ${text}: ${known}`,
    );
  }
  const stored = await store.read(id, version);
  if (stored === null || readArtefactText(stored.text) === null)
    throw new CannotRun(`version ${version} of ${id} is damaged, and cannot be in force`);
  const active = await store.activate(id, version);
  if (active === null) throw new CannotRun(`version ${version} of ${id} is gone`);
  return active;
}

function asJson(shown: unknown): string {
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function list(state: SiteState, io: Io): Promise<readonly ModelSummary[]> {
  return askOrRead<readonly ModelSummary[]>(state, io, {
    ask: (service) => service.models(),
    read: async (stored) => {
      const { engine, plan } = await runOf(stored, state, io);
      return modelSummaries(engine, plan);
    },
  });
}

/** What was stored last; the site as its files are where nothing ever was. */
async function runOf(
  stored: StateReader | null,
  { site: { plan } }: SiteState,
  io: Io,
): Promise<{ engine: Engine; plan: Plan }> {
  return stored === null ? { engine: createEngine(plan), plan } : storedRun(stored, io);
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
      const { engine, plan } = await runOf(stored, state, io);
      known = (plan.models ?? []).map((other) => other.id);
      return modelView(engine, plan, id);
    },
  });
  if (found !== null) return found;
  throw noSuchModel(id, known);
}
