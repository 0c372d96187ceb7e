/** Where the bridge says what happens to its connections: one line each, without secrets and control characters. */
export interface BridgeLog {
  info(text: string): void;
  warn(text: string): void;
}
