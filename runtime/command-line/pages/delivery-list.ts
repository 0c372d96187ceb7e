import type { DeliveryView } from '../../control/control-views.js';
import { DELIVERY_STATES } from '../../control/delivery-view.js';
import { spanText } from '../../replay/story/span-text.js';
import { column, counted, paragraph } from '../text-layout.js';
import type { PageOptions } from './page-options.js';

const WIDTHS = { id: 26, receiver: 16, kind: 10, state: 9, age: 7 } as const;
const INDENT = 4;

/**
 * Notices and how they stand, oldest first:
 *
 * ```text
 * NOTICE                      RECEIVER          KIND        STATE          AGE
 * k4tq2mzdf3xw7y5bhn6ucvae2p  scada             firing      dead        1h 5m
 *     3 failed attempts; the last: it answered 410
 * ```
 */
export function deliveryList(deliveries: readonly DeliveryView[], options: PageOptions): string {
  if (deliveries.length === 0) return 'No notices.\n';
  const { style } = options;
  const lines = [
    style('dim', row({ id: 'NOTICE', receiver: 'RECEIVER', kind: 'KIND', state: 'STATE', age: 'AGE' })),
    ...deliveries.flatMap((delivery) => deliveryLines(delivery, options)),
    '',
    total(deliveries),
    ...whatNext(deliveries, options),
  ];
  return `${lines.join('\n')}\n`;
}

function row(cells: Readonly<Record<keyof typeof WIDTHS, string>>): string {
  const { id, receiver, kind, state, age } = WIDTHS;
  return [
    column(cells.id, id),
    column(cells.receiver, receiver),
    column(cells.kind, kind),
    column(cells.state, state),
    cells.age.padStart(age),
  ].join('  ');
}

const COLOURS = {
  queued: 'yellow',
  delivered: 'green',
  merged: 'green',
  expired: 'red',
  dead: 'red',
} as const;

function deliveryLines(delivery: DeliveryView, { now, width, style }: PageOptions): string[] {
  const { id, receiver, kind, state, createdAt } = delivery;
  const text = row({ id, receiver, kind, state, age: spanText(Math.max(0, now - createdAt)) });
  const story = attemptsText(delivery, now);
  return [style(COLOURS[state], text), ...(story === '' ? [] : paragraph(story, { indent: INDENT, width }))];
}

/** `3 failed attempts; the last: it answered 410; the next in 5m` */
function attemptsText({ attempts, lastError, nextAt, state }: DeliveryView, now: number): string {
  const last = lastError === null ? '' : attempts > 1 ? `; the last: ${lastError}` : `: ${lastError}`;
  const failed = attempts === 0 ? (lastError ?? '') : `${counted(attempts, 'failed attempt')}${last}`;
  const next =
    state !== 'queued' || nextAt === null
      ? ''
      : nextAt > now
        ? `the next in ${spanText(nextAt - now)}`
        : attempts > 0
          ? 'the next is due'
          : '';
  return [failed, next].filter((part) => part !== '').join('; ');
}

/** `12 notices: 9 delivered, 3 dead` */
function total(deliveries: readonly DeliveryView[]): string {
  const parts = DELIVERY_STATES.map(
    (state) => [state, deliveries.filter((delivery) => delivery.state === state).length] as const,
  )
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`);
  return `${counted(deliveries.length, 'notice')}: ${parts.join(', ')}`;
}

function whatNext(deliveries: readonly DeliveryView[], { command }: PageOptions): string[] {
  const dead = deliveries.find(({ state }) => state === 'dead' || state === 'expired');
  return dead === undefined ? [] : [`Send again: ${command(`deliveries retry ${dead.id}`)}, or --all`];
}
