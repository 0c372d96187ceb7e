import type { DeliveryState, OutboxEntry } from '../delivery/outbox.js';
import type { DeliveryView } from './control-views.js';

export const DELIVERY_STATES = [
  'queued',
  'delivered',
  'merged',
  'expired',
  'dead',
] as const satisfies readonly DeliveryState[];

/**
 * A delivery, as it is shown.
 *
 * @param offset wall clock − engine clock, which deliveries live by
 */
export function deliveryView(entry: OutboxEntry, offset: number): DeliveryView {
  const { delivery, state, attempts, nextAt, lastError } = entry;
  const { id, receiver, kind, alerts } = delivery.notice;
  const episodes = alerts.flatMap(({ event }) => (event.episode === null ? [] : [event.episode]));
  return {
    id,
    receiver,
    kind,
    state,
    attempts,
    nextAt: state === 'queued' ? nextAt + offset : null,
    lastError,
    createdAt: delivery.createdAt + offset,
    episodes: [...new Set(episodes)],
  };
}
