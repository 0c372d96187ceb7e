import { FALSE, TRUE, type Truth } from './condition-node.js';

/** Sees a condition become true: it is, and was false when it was last known or was never known before. */
export class RiseDetector {
  wasTrue = false;

  /** Returns true at a rise. True, unknown, true is none. */
  see(state: Truth): boolean {
    const isRise = state === TRUE && !this.wasTrue;
    if (state === TRUE) this.wasTrue = true;
    else if (state === FALSE) this.wasTrue = false;
    return isRise;
  }
}
