import { z } from 'zod';
import { ControlError } from './control-error.js';
import { type ControlRequest, checked, parameter } from './control-request.js';
import type { ControlTarget } from './control-target.js';
import { DELIVERY_STATES } from './delivery-view.js';

/** One thing that can be asked of the service. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST';
  /** `/rules/{rule}/instances`: each `{name}` stands for one part. */
  readonly path: string;
  /** How long the answer may take. */
  readonly limitMs: number;
  handle(target: ControlTarget, request: ControlRequest): Promise<unknown>;
}

const SOON_MS = 10_000;
/** A mail server may take 45 s for one mail. */
const ATTEMPT_MS = 60_000;

const DELIVERIES_MAX = 10_000;
const IDS_MAX = 10_000;

const labels = z.record(z.string(), z.string());
const command = z.strictObject({ kind: z.enum(['reset', 'forget']), rule: z.string(), labels });
const mark = z.strictObject({ labels, event: z.enum(['failure', 'maintenance']), time: z.int() });
const retry = z.union([
  z.strictObject({ ids: z.array(z.string()).min(1).max(IDS_MAX) }),
  z.strictObject({ all: z.literal(true) }),
]);
const deliveryQuery = z.strictObject({
  state: z.array(z.enum(DELIVERY_STATES)),
  receiver: z.string().nullable(),
  limit: z.coerce.number().int().min(1).max(DELIVERIES_MAX),
});

/** The control socket and HTTP answer the same. */
export const CONTROL_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/status',
    limitMs: SOON_MS,
    handle: async (target) => target.status(),
  },
  {
    method: 'GET',
    path: '/alerts',
    limitMs: SOON_MS,
    handle: async (target) => target.alerts(),
  },
  {
    method: 'GET',
    path: '/deliveries',
    limitMs: SOON_MS,
    handle: async (target, { query }) => {
      const asked = {
        state: query.getAll('state'),
        receiver: query.get('receiver'),
        limit: query.get('limit') ?? DELIVERIES_MAX,
      };
      const { state: states, receiver, limit } = checked(deliveryQuery, asked, 'the query');
      return target.deliveries({ states, receiver, limit });
    },
  },
  {
    method: 'POST',
    path: '/deliveries/retry',
    limitMs: SOON_MS,
    handle: async (target, { body }) => {
      const which = checked(retry, body, 'the body');
      return target.retryDeliveries('ids' in which ? which.ids : 'all');
    },
  },
  {
    method: 'POST',
    path: '/commands',
    limitMs: SOON_MS,
    handle: async (target, { body }) => {
      const outcome = await target.command(checked(command, body, 'the body'));
      if (outcome.kind === 'refused') throw new ControlError('refused', outcome.reason);
      return outcome;
    },
  },
  {
    method: 'GET',
    path: '/rules/{rule}/instances',
    limitMs: SOON_MS,
    handle: async (target, request) =>
      found(await target.instances(parameter(request, 'rule')), 'there is no such rule'),
  },
  {
    method: 'POST',
    path: '/rules/{rule}/explain',
    limitMs: SOON_MS,
    handle: async (target, request) => {
      const which = checked(labels, request.body, 'the body');
      return found(await target.explain(parameter(request, 'rule'), which), 'there is no such instance');
    },
  },
  {
    method: 'GET',
    path: '/views',
    limitMs: SOON_MS,
    handle: async (target) => target.views(),
  },
  {
    method: 'GET',
    path: '/views/{view}',
    limitMs: SOON_MS,
    handle: async (target, request) =>
      found(await target.view(parameter(request, 'view')), 'there is no such view'),
  },
  {
    method: 'GET',
    path: '/models',
    limitMs: SOON_MS,
    handle: async (target) => target.models(),
  },
  {
    method: 'GET',
    path: '/models/{model}',
    limitMs: SOON_MS,
    handle: async (target, request) =>
      found(await target.model(parameter(request, 'model')), 'there is no such model'),
  },
  {
    method: 'GET',
    path: '/marks',
    limitMs: SOON_MS,
    handle: async (target) => target.marks(),
  },
  {
    method: 'POST',
    path: '/marks',
    limitMs: SOON_MS,
    handle: async (target, { body }) => {
      const outcome = await target.mark(checked(mark, body, 'the body'));
      if (outcome.kind === 'refused') throw new ControlError('refused', outcome.reason);
      return outcome;
    },
  },
  {
    method: 'POST',
    path: '/marks/{number}/remove',
    limitMs: SOON_MS,
    handle: async (target, request) => {
      const number = checked(z.coerce.number().int(), parameter(request, 'number'), 'the number');
      return found((await target.removeMark(number)) || null, 'there is no such mark');
    },
  },
  {
    method: 'POST',
    path: '/receivers/{receiver}/test',
    limitMs: ATTEMPT_MS,
    handle: async (target, request) => target.notifyTest(parameter(request, 'receiver')),
  },
  {
    method: 'POST',
    path: '/reload',
    limitMs: SOON_MS,
    handle: async (target) => target.reload(),
  },
];

function found<T>(value: T | null, otherwise: string): T {
  if (value === null) throw new ControlError('not-found', otherwise);
  return value;
}
