import { StateBytes } from './state-bytes.js';
import { StateBytesReader } from './state-bytes-reader.js';

/** Something whose state goes into snapshots. */
export interface SavedNode {
  save(writer: StateBytes): void;
  load(reader: StateBytesReader): void;
}

/** Most nodes take less. */
const STATE_BYTES = 1_024;

/** The state of a node by itself. */
export function stateOf(node: Pick<SavedNode, 'save'>): Uint8Array {
  const state = new StateBytes(STATE_BYTES);
  node.save(state);
  return state.take();
}

/** Gives a node the state of another one of its kind. */
export function handOver(from: Pick<SavedNode, 'save'>, to: Pick<SavedNode, 'load'>): void {
  to.load(new StateBytesReader(stateOf(from)));
}
