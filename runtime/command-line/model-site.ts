import { connectControl } from '../control/control-client.js';
import type { ModelStore } from '../models/model-store.js';
import type { Site } from '../site/load-site.js';
import type { Io } from './command.js';
import { orCannotRun } from './site-state.js';

/** A site with the place where its models are kept. */
export interface ModelSite {
  readonly site: Site;
  readonly dataFolder: string;
  readonly store: ModelStore;
}

/** Has the running service look at what is in force now; it would within 10 s anyway. */
export async function takenUp({ dataFolder }: Pick<ModelSite, 'dataFolder'>, io: Io): Promise<void> {
  const service = await orCannotRun(() => connectControl(dataFolder));
  if (service === null) return;
  await orCannotRun(() => service.reload());
  io.stderr.write('the running service has taken it up\n');
}
