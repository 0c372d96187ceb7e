import type { Scalar } from '../reading.js';
import type { Series } from '../signals/series.js';
import { type Truth, truth } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';

/** The newest reading differs from the one before; never unknown. */
export class ChangedCondition extends LeafCondition {
  constructor(private readonly series: Series) {
    super();
  }

  protected override test(): Truth {
    return truth(this.series.hasChanged);
  }

  override observed(): Scalar | null {
    return this.series.scalar();
  }
}
