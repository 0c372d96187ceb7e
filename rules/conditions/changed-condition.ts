import type { Scalar } from '../reading.js';
import { type Truth, truth } from './condition-node.js';
import { LeafCondition } from './leaf-condition.js';

/** Something with readings that are compared one with the next. */
export interface ChangingSource {
  readonly hasChanged: boolean;
  scalar(): Scalar | null;
}

/** The newest reading differs from the one before; never unknown. */
export class ChangedCondition extends LeafCondition {
  constructor(private readonly source: ChangingSource) {
    super();
  }

  protected override test(): Truth {
    return truth(this.source.hasChanged);
  }

  override observed(): Scalar | null {
    return this.source.scalar();
  }
}
