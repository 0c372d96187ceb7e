import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../../runtime/simulation/random.js';
import { machineNames } from './plant-traffic.js';
import { gatewayOn } from './running-gateway.js';

const EDITED = 0.3;
const RESET = 0.4;

/** What people do to a running gateway: they edit a rule, and reset what is latched. */
export async function meddle({ site, data }: { site: string; data: string }, random: Random): Promise<void> {
  const isEdit = random.next() < EDITED;
  const isReset = random.next() < RESET;
  const limit = 70 + Math.floor(random.next() * 25);
  const [machine = ''] = random.shuffled(machineNames(3));
  if (isEdit) editRule(site, limit);
  if (!isReset) return;
  const gateway = await gatewayOn(data);
  // It is refused where nothing is latched.
  await gateway.command({ kind: 'reset', rule: 'jammed', labels: { line: 'l1', machine } });
}

/** As editors do: into a file beside it, which then takes its place. */
function editRule(site: string, limit: number): void {
  const file = join(site, 'rules', 'edited.json');
  const rule = {
    id: 'edited',
    inputs: { temp: 'plant/{line}/{machine}/temp' },
    when: { value: 'temp', above: limit, for: '40ms' },
  };
  writeFileSync(`${file}.tmp`, JSON.stringify(rule));
  renameSync(`${file}.tmp`, file);
}
