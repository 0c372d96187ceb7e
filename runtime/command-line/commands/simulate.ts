import { isCsv } from '../../replay/open-recording.js';
import { isUrl } from '../../site/configuration-fields.js';
import { type Command, UsageError } from '../command.js';
import { parseOptions } from '../options.js';
import { type PlaybackOptions, runPlayback } from '../run-playback.js';
import { runSimulation, type SimulationOptions } from '../run-simulation.js';

export const simulateCommand: Command = {
  help: `Try a site out with made-up presses, or play a recording to a broker.

Usage: tocsin simulate [--site DIR] [--seed N] [--speed X]
       tocsin simulate --input FILE --broker URL [options]

Made-up presses: runs the site as tocsin start does, and lets six presses on two
lines send to its broker: topics factory/{line}/{machine}/oil and others, as in
examples/press-line. One trouble after the other befalls them. Webhooks to this
computer are answered and shown. Ctrl-C stops everything.

  --site DIR          the folder with tocsin.json and rules/ (default: the
                      current one)
  --seed N            other numbers, other presses (default: 1); the same again
                      for the same
  --speed X           2x: everything happens twice as fast (default: 1x)

A recording: sends its topics and payloads to any broker, with the time between
them that they had. Whoever receives them stamps them on arrival.

  --input FILE        recorded messages; .csv is read as CSV, all else as NDJSON
  --broker URL        mqtt://127.0.0.1:1883; also mqtts, ws, wss, user:password@
  --topic TEMPLATE    CSV with a column per value: see tocsin replay --help
  --time-column NAME  CSV: the column with the time (default: time)
  --speed X           100x, or max: as fast as the broker takes it (default: 1x)
  --qos 0|1           1: each message is acknowledged (default: 1)

Lines that cannot be read are reported and skipped; the exit code is then 1.

Examples:
  tocsin simulate --site examples/press-line
  tocsin simulate --input day.ndjson --broker mqtt://127.0.0.1:1883 --speed 60x
`,

  async run(args, io) {
    const { values } = parseOptions(args, {
      site: { type: 'string' },
      seed: { type: 'string' },
      speed: { type: 'string', default: '1x' },
      input: { type: 'string' },
      broker: { type: 'string' },
      topic: { type: 'string' },
      'time-column': { type: 'string' },
      qos: { type: 'string' },
    });
    const { site, seed, speed, input, ...playback } = values;
    if (input === undefined) {
      refuse(playback, 'is for a recording: --input FILE is missing');
      return runSimulation(simulationOptions({ site, seed, speed }), io);
    }
    refuse({ site, seed }, 'is for made-up presses, and --input plays a recording');
    return runPlayback(playbackOptions({ ...playback, input, speed }), io);
  },
};

type Given = Readonly<Record<string, string | undefined>>;

/** Options of the other use of the command. */
function refuse(options: Given, why: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) throw new UsageError(`--${name} ${why}`);
  }
}

function simulationOptions(given: {
  site?: string | undefined;
  seed?: string | undefined;
  speed: string;
}): SimulationOptions {
  const { site = '.', seed = '1' } = given;
  if (!/^\d{1,9}$/.test(seed)) throw new UsageError(`--seed must be a whole number, got '${seed}'`);
  const speed = speedOf(given.speed);
  if (!Number.isFinite(speed))
    throw new UsageError('--speed max is for recordings: made-up presses never end');
  return { folder: site, seed: Number(seed), speed };
}

interface PlaybackValues {
  readonly input: string;
  readonly speed: string;
  readonly broker?: string | undefined;
  readonly topic?: string | undefined;
  readonly 'time-column'?: string | undefined;
  readonly qos?: string | undefined;
}

const BROKERS = ['mqtt', 'mqtts', 'ws', 'wss'];

function playbackOptions(values: PlaybackValues): PlaybackOptions {
  const { input, speed, broker, topic, 'time-column': timeColumn, qos = '1' } = values;
  if (broker === undefined) throw new UsageError('--broker URL is missing, such as mqtt://127.0.0.1:1883');
  if (!isUrl(broker, BROKERS)) {
    throw new UsageError('--broker must be a URL such as mqtt://127.0.0.1:1883');
  }
  if (!isCsv(input) && (topic !== undefined || timeColumn !== undefined)) {
    throw new UsageError('--topic and --time-column are for CSV files, whose names end in .csv');
  }
  if (qos !== '0' && qos !== '1') throw new UsageError(`--qos must be 0 or 1, got '${qos}'`);
  return {
    input,
    broker,
    speed: speedOf(speed),
    qos: qos === '0' ? 0 : 1,
    topic: topic ?? null,
    timeColumn: timeColumn ?? 'time',
  };
}

/** `100x`, `0.5x`, `100`, or `max`. */
function speedOf(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const factor = /^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1];
  const speed = Number(factor);
  if (factor === undefined || speed <= 0) {
    throw new UsageError(`--speed must be such as 10x, 0.5x or max, got '${text}'`);
  }
  return speed;
}
