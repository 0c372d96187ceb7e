import { didYouMean } from '../../../rules/format/did-you-mean.js';
import type { DeliveryFilter, RetryOutcome } from '../../control/control-target.js';
import type { DeliveryView } from '../../control/control-views.js';
import { DELIVERY_STATES } from '../../control/delivery-view.js';
import { queryDeliveries } from '../../control/query-deliveries.js';
import type { DeliveryState } from '../../delivery/outbox.js';
import { type Command, EXIT, type Io, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { deliveryList } from '../pages/delivery-list.js';
import { pageOptions } from '../pages/page-options.js';
import { askOrRead, askService, type SiteState, siteState } from '../site-state.js';
import { counted } from '../text-layout.js';

export const deliveriesCommand: Command = {
  help: `List notices and how they stand, or send again what was given up on.

Usage: tocsin deliveries [--site DIR] [--state STATE] [--receiver NAME]
                         [--limit N] [--json]
       tocsin deliveries retry ID… [--site DIR] [--json]
       tocsin deliveries retry --all [--site DIR] [--json]

  --site DIR       the folder with tocsin.json and rules/ (default: the current)
  --state STATE    only queued, delivered, merged, expired or dead; may be given
                   several times
  --receiver NAME  only to this receiver
  --limit N        the newest so many (default: 100, at most 10000)
  --all            all dead letters: what is dead or expired
  --json           for programs: a list of id, receiver, kind, state, attempts,
                   nextAt, lastError, createdAt, episodes; of \`retry\` what is
                   tried again, and what is not and why

Listing works without a running service, sending again does not. The exit code
of \`retry\` is 1 if something cannot be sent again.

Examples:
  tocsin deliveries --state dead --state expired
  tocsin deliveries retry k4tq2mzdf3xw7y5bhn6ucvae2p
  tocsin deliveries --json | jq -r '.[] | select(.state == "queued").receiver'
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        json: { type: 'boolean', default: false },
        state: { type: 'string', multiple: true, default: [] },
        receiver: { type: 'string' },
        limit: { type: 'string', default: '100' },
        all: { type: 'boolean', default: false },
      },
      'retry',
    );
    const { site, json, state: states, receiver = null, limit, all } = values;
    const [action, ...ids] = positionals;
    if (action !== undefined && action !== 'retry') throw new UsageError(`unexpected argument '${action}'`);
    if (action === undefined && all) throw new UsageError('--all is for `deliveries retry`');
    if (action === undefined) {
      const filter = { states: states.map(stateOption), receiver, limit: limitOption(limit) };
      return list(await siteState(site), filter, { io, json });
    }
    if (all && ids.length > 0) throw new UsageError('name notices, or give --all');
    if (!all && ids.length === 0) throw new UsageError('name the notices to send again, or give --all');
    return retry(await siteState(site), all ? 'all' : ids, { io, json });
  },
};

interface Output {
  readonly io: Io;
  readonly json: boolean;
}

async function list(state: SiteState, filter: DeliveryFilter, { io, json }: Output): Promise<number> {
  const deliveries = await askOrRead<readonly DeliveryView[]>(state, io, {
    ask: (service) => service.deliveries(filter),
    read: async (stored) =>
      stored === null ? [] : queryDeliveries((page) => stored.deliveries(page), filter, 0),
  });
  const { timezone } = state;
  io.stdout.write(
    json
      ? `${JSON.stringify(deliveries, null, 2)}\n`
      : deliveryList(deliveries, pageOptions(io, { now: Date.now(), timezone, site: state.site.folder })),
  );
  return EXIT.ok;
}

async function retry(
  state: SiteState,
  which: readonly string[] | 'all',
  { io, json }: Output,
): Promise<number> {
  const outcome = await askService(state, io, (service) => service.retryDeliveries(which));
  io.stdout.write(json ? `${JSON.stringify(outcome, null, 2)}\n` : retryText(outcome));
  return outcome.refused.length === 0 ? EXIT.ok : EXIT.findings;
}

function retryText({ retried, refused }: RetryOutcome): string {
  const lines = [
    ...refused.map(({ id, reason }) => `${id}: not sent again: ${reason}`),
    retried.length === 0 ? 'nothing is sent again' : `sending ${counted(retried.length, 'notice')} again`,
  ];
  return `${lines.join('\n')}\n`;
}

function stateOption(text: string): DeliveryState {
  const state = DELIVERY_STATES.find((one) => one === text);
  if (state !== undefined) return state;
  const meant = didYouMean(text, DELIVERY_STATES);
  const known = meant === null ? `there are ${DELIVERY_STATES.join(', ')}` : `did you mean ${meant}?`;
  throw new UsageError(`--state: there is no state '${text}', ${known}`);
}

const LIMIT_MAX = 10_000;

function limitOption(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new UsageError(`--limit must be a whole number from 1 to ${LIMIT_MAX}, got '${text}'`);
}
