import { join } from 'node:path';
import { type ControlClient, connectControl } from '../../../runtime/control/control-client.js';
import type { StatusView } from '../../../runtime/control/control-views.js';

/** Where a site has its data unless its configuration says otherwise. */
export const dataOf = (site: string) => join(site, 'data');

/** Asks the gateway that runs on this folder, as commands do. */
export async function gatewayOn(data: string): Promise<ControlClient> {
  const client = await connectControl(data);
  if (client === null) throw new Error(`no gateway runs on ${data}`);
  return client;
}

export async function statusOf(data: string): Promise<StatusView> {
  return (await gatewayOn(data)).status();
}
