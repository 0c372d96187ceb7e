import type { OutboxEntry } from '../delivery/outbox.js';
import { type DeliveryQuery, type Numbered, PAGE_ROWS_MAX } from '../storage/state-queries.js';
import type { DeliveryFilter, Eventual } from './control-target.js';
import type { DeliveryView } from './control-views.js';
import { deliveryView } from './delivery-view.js';

/**
 * The newest deliveries that pass a filter, oldest first, asked for page by page.
 *
 * @param offset wall clock − engine clock
 */
export async function queryDeliveries(
  query: (page: DeliveryQuery) => Eventual<readonly Numbered<OutboxEntry>[]>,
  { states, receiver, limit }: DeliveryFilter,
  offset: number,
): Promise<DeliveryView[]> {
  const filter = { states, ...(receiver === null ? {} : { receiver }) };
  const found: DeliveryView[] = [];
  let before: number | undefined;
  while (found.length < limit) {
    const rows = Math.min(PAGE_ROWS_MAX, limit - found.length);
    const page = await query({ ...filter, limit: rows, ...(before === undefined ? {} : { before }) });
    const [oldest] = page;
    if (oldest === undefined) break;
    found.unshift(...page.map(({ value }) => deliveryView(value, offset)));
    before = oldest.number;
  }
  return found;
}
