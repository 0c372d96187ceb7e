import { systemClock } from '../clock.js';
import { openRecording } from '../replay/open-recording.js';
import { MqttSender, NotConnected, shownUrl } from '../simulation/mqtt-sender.js';
import { playRecording } from '../simulation/play-recording.js';
import { CannotRun, EXIT, type Io } from './command.js';
import { ProblemLog } from './problem-log.js';
import { Progress } from './progress.js';
import { unreadable } from './run-replay.js';
import { stopSignal } from './stop-signal.js';

export interface PlaybackOptions {
  readonly input: string;
  /** CSV only; `null`: the file has a column `topic`. */
  readonly topic: string | null;
  readonly timeColumn: string;
  readonly broker: string;
  /** `Infinity`: as fast as the broker takes it. */
  readonly speed: number;
  readonly qos: 0 | 1;
}

/** Plays a recording to a broker until its end or a signal to stop; gives the exit code. */
export async function runPlayback(options: PlaybackOptions, io: Io): Promise<number> {
  const { input, broker, speed } = options;
  const stop = new AbortController();
  void stopSignal().then(() => stop.abort());
  const start = systemClock.monotonic();
  const sender = await orCannotRun(MqttSender.connect({ url: broker, qos: options.qos }));
  io.stderr.write(`playing ${input} to ${shownUrl(broker)}, ${paceText(speed)}\n`);

  const problems = new ProblemLog(io.stderr, input);
  const progress = new Progress(io.stderr);
  try {
    await orCannotRun(play(options, { sender, problems, progress, signal: stop.signal }));
  } finally {
    progress.clear();
    problems.finish();
    await orCannotRun(sender.end());
  }
  io.stderr.write(`${summary(sender.sent, systemClock.monotonic() - start, stop.signal.aborted)}\n`);
  return problems.count === 0 ? EXIT.ok : EXIT.findings;
}

interface Parts {
  readonly sender: MqttSender;
  readonly problems: ProblemLog;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function play(options: PlaybackOptions, { sender, problems, progress, signal }: Parts): Promise<void> {
  const { input, topic, timeColumn, speed } = options;
  const recording = openRecording({ source: input, topic, timeColumn, problem: (one) => problems.add(one) });
  try {
    await playRecording({
      recording,
      speed,
      clock: systemClock,
      signal,
      send: (message) => sender.send(message),
      onSent: (time) => progress.update(sender.sent, time),
    });
  } catch (error) {
    throw error instanceof NotConnected ? error : unreadable(error, input);
  }
}

async function orCannotRun<T>(doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    throw error instanceof NotConnected ? new CannotRun(error.message, { cause: error }) : error;
  }
}

function paceText(speed: number): string {
  if (speed === 1) return 'as fast as it was recorded';
  return Number.isFinite(speed)
    ? `${speed} times as fast as it was recorded`
    : 'as fast as the broker takes it';
}

/** `22,695 messages in 2.8 s (8,105 a second)` */
function summary(count: number, ms: number, isStopped: boolean): string {
  const number = (value: number) => Math.round(value).toLocaleString('en-US');
  const seconds = ms / 1000;
  const all = `${number(count)} ${count === 1 ? 'message' : 'messages'} in ${seconds.toFixed(1)} s`;
  return `${isStopped ? 'stopped: ' : ''}${all} (${number(count / seconds)} a second)`;
}
