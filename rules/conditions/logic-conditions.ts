import type { Moment } from '../engine/moment.js';
import {
  areSteady,
  ConditionNode,
  FALSE,
  isHeld,
  TRUE,
  type Truth,
  truth,
  UNSURE,
} from './condition-node.js';

/** At least `count` of the parts are true: `some`; all of them: `all`; one: `any`. */
export class CountOfCondition extends ConditionNode {
  constructor(
    private readonly count: number,
    readonly parts: readonly ConditionNode[],
  ) {
    super();
  }

  override get isSteady(): boolean {
    return areSteady(this.parts);
  }

  override evaluate(moment: Moment): Truth {
    let sure = 0;
    let possible = 0;
    for (let i = 0; i < this.parts.length; i++) {
      const state = this.parts[i]?.evaluate(moment);
      if (state === TRUE) sure++;
      if (state !== FALSE) possible++;
    }
    this.state = sure >= this.count ? TRUE : possible >= this.count ? UNSURE : FALSE;
    return this.state;
  }

  override held(): boolean {
    let held = 0;
    for (const part of this.parts) if (isHeld(part)) held++;
    return held >= this.count;
  }
}

export class NotCondition extends ConditionNode {
  override readonly parts: readonly ConditionNode[];

  constructor(private readonly part: ConditionNode) {
    super();
    this.parts = [part];
  }

  override get isSteady(): boolean {
    return this.part.isSteady;
  }

  override evaluate(moment: Moment): Truth {
    const state = this.part.evaluate(moment);
    this.state = state === UNSURE ? UNSURE : truth(state === FALSE);
    return this.state;
  }

  override held(): boolean {
    return !isHeld(this.part);
  }
}
