import type { InputSource } from '../../rules/rule.js';
import type { Model, Supply, View } from '../../rules/supply.js';
import type { ReplayPlan } from '../replay/replay.js';

/** What has to run for one model: itself, and the views and models that it is made of. */
export function planOfModel({ views = [], models = [], payloads = [] }: ReplayPlan, id: string): ReplayPlan {
  const wanted = new Set<Supply>();
  const want = (supply: Supply | undefined): void => {
    if (supply === undefined || wanted.has(supply)) return;
    wanted.add(supply);
    for (const { source } of supply.inputs) want(supplyOf(source));
  };
  const supplyOf = (source: InputSource): Supply | undefined => {
    if (source.kind === 'view') return views.find((view) => view.id === source.view);
    return source.kind === 'model' ? models.find((model) => model.id === source.model) : undefined;
  };
  want(models.find((model) => model.id === id));
  return {
    rules: [],
    views: views.filter((view: View) => wanted.has(view)),
    models: models.filter((model: Model) => wanted.has(model)),
    payloads,
  };
}
