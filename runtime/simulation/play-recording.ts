import type { Clock } from '../clock.js';
import type { RecordedMessage, Recording } from '../replay/recorded-message.js';
import { waitUntil } from './pacing.js';
import type { SimulatedMessage } from './simulated-message.js';

export interface PlayOptions {
  readonly recording: Recording;
  readonly send: (message: SimulatedMessage) => Promise<void>;
  /** 2: twice as fast as it was recorded. `Infinity`: as fast as the broker takes it. */
  readonly speed: number;
  readonly clock: Clock;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Called after each message; `time`: of the recording, epoch ms. */
  readonly onSent: (time: number) => void;
}

/**
 * Sends the messages of a recording in its order, each as long after the first as it arrived then, divided by the speed.
 * Only topics and payloads go out: whoever receives them stamps them on arrival.
 */
export async function playRecording(options: PlayOptions): Promise<void> {
  const { recording, send, speed, clock, signal, onSent } = options;
  const start = clock.monotonic();
  let first: number | null = null;
  for await (const messages of recording) {
    for (const message of messages) {
      const arrival = arrivalOf(message);
      first ??= arrival;
      if (Number.isFinite(speed)) await waitUntil(start + (arrival - first) / speed, clock, signal);
      if (signal.aborted) return;
      await send(message);
      onSent(arrival);
    }
  }
}

function arrivalOf({ time, arrives = time }: RecordedMessage): number {
  return arrives;
}
