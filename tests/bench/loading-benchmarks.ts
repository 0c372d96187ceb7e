import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../rules/create-engine.js';
import { loadRules, type SourceFile } from '../../rules/format/load-rules.js';
import { tocsin } from '../runtime/command-line/run-in-process.js';
import type { Benchmark, Group } from './benchmark.js';
import { BARE_RULE } from './engine-for.js';
import { measure, measureAsync } from './measure.js';
import { MessageStream, machineTopics } from './message-stream.js';

const FILES = 100;
const RULES_PER_FILE = 100;
const MESSAGES = 300_000;

// ---- 10,000 rules ----

function ruleText(index: number): unknown {
  return {
    id: `rule-${index}`,
    title: 'Press overheating',
    inputs: { temp: `factory/{line}/{machine}/temperature-${index}`, load: 'factory/{line}/{machine}/load' },
    let: { mean: { avg: 'temp', over: '5m' } },
    when: {
      warning: { value: 'temp', above: 80, deadband: 5, for: '30s' },
      critical: { any: ['temp - mean > 20 && load < 0.5', { value: 'temp', above: 95 }] },
    },
    message: '{machine} on {line} is at {temp:.1f} °C',
  };
}

const ruleFiles = (scale: number): SourceFile[] =>
  Array.from({ length: Math.ceil(FILES * scale) }, (_, file) => {
    const rules = Array.from({ length: RULES_PER_FILE }, (_, rule) => ruleText(file * RULES_PER_FILE + rule));
    return { path: `rules/${file}.json`, text: JSON.stringify({ rules }, null, 2) };
  });

/** Not warmed up: a start is not either. */
const loading: Benchmark = {
  id: 'loading/rules',
  run(scale) {
    const files = ruleFiles(scale);
    return measure(1, () => {
      const { rules, issues } = loadRules(files);
      const engine = createEngine({ rules });
      return rules.length + issues.length + engine.counters.instances;
    });
  },
};

const parsing: Benchmark = {
  id: 'loading/json-parse',
  run(scale) {
    const files = ruleFiles(scale);
    return measure(1, () => files.filter(({ text }) => JSON.parse(text) !== null).length);
  },
};

// ---- replay of a file ----

/** A site with the bare rule and a recording, for as long as `use` runs. */
async function withRecording<T>(
  messages: number,
  use: (site: string, input: string) => Promise<T>,
): Promise<T> {
  const site = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  try {
    mkdirSync(join(site, 'rules'));
    writeFileSync(join(site, 'rules/bare.json'), JSON.stringify({ id: 'bare', ...BARE_RULE }));
    const input = join(site, 'input.ndjson');
    writeFileSync(input, recording(messages));
    return await use(site, input);
  } finally {
    rmSync(site, { recursive: true, force: true });
  }
}

function recording(messages: number): string {
  const stream = new MessageStream({
    topics: machineTopics(1000),
    everyMs: 1000,
    payload: (random) => 60 + random * 20.002,
  });
  return stream
    .take(messages)
    .map(
      ({ topic, payload, time }) =>
        `${JSON.stringify({ time: new Date(time).toISOString(), topic, payload })}\n`,
    )
    .join('');
}

const lineCount = (text: string) => text.split('\n').length - 1;

const replaying: Benchmark = {
  id: 'loading/replay',
  run(scale) {
    const messages = Math.ceil(MESSAGES * scale);
    return withRecording(messages, async (site, input) => {
      const replay = async () => {
        const { code, stdout, stderr } = await tocsin(['replay', '--site', site, '--input', input]);
        if (code !== 0) throw new Error(stderr);
        return lineCount(stdout);
      };
      await replay();
      return measureAsync(messages, replay);
    });
  },
};

/** The least that reading such a file can cost: the lines, and what is in them. */
const parsingLines: Benchmark = {
  id: 'loading/lines-json-parse',
  run(scale) {
    const messages = Math.ceil(MESSAGES * scale);
    return withRecording(messages, async (_, input) => {
      const parse = () => {
        let hot = 0;
        for (const line of readFileSync(input, 'utf8').split('\n')) {
          if (line === '') continue;
          const { time, payload } = JSON.parse(line);
          if (Date.parse(time) > 0 && payload > 80) hot++;
        }
        return hot;
      };
      parse();
      return measure(messages, parse);
    });
  },
};

export const loadingBenchmarks: Group = {
  name: 'loading',
  title: 'Loading and replay',
  rows: [
    {
      what: 'read, check and compile 10,000 rules in 100 files',
      benchmark: loading,
      unit: 'seconds',
      reference: { name: 'JSON.parse', benchmark: parsing, compare: 'ratio' },
      target: { bound: 'at most', value: 2, of: 'measured' },
    },
    {
      what: '`tocsin replay` of an NDJSON file, one rule, 1,000 instances (messages)',
      benchmark: replaying,
      unit: 'per second',
      reference: { name: 'split lines, JSON.parse, Date.parse', benchmark: parsingLines, compare: 'ratio' },
      target: null,
    },
  ],
};
