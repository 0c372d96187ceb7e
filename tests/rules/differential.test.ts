// The fast engine against the naive one: random rule files and inputs, all events equal after every input.
// TOCSIN_SEED and TOCSIN_RUNS take another seed and more cases; a failure prints the smallest case found.
import { expect, it } from 'vitest';
import { createEngine } from '../../rules/create-engine.js';
import { writeProof } from '../faults/harness/proof-page.js';
import { CaseTally } from '../reference/case-tally.js';
import { expectSameEvents } from '../reference/compare-events.js';
import { caseText, randomCase } from '../reference/random-case.js';
import { ReferenceEngine } from '../reference/reference-engine.js';
import { drained, feed, forAllCases, planOf, runsOf, seedOf, timeoutFor } from '../reference/run-case.js';

const RUNS = 1000;

it('gives the events of the reference after every input', timeoutFor(RUNS), () => {
  const tally = new CaseTally();
  forAllCases(randomCase, { runs: RUNS, textOf: caseText }, (one) => {
    const plan = planOf(one);
    const engine = createEngine(plan);
    const reference = new ReferenceEngine(plan);
    const events = drained(one.inputs).map((input, index) => {
      const expected = feed(reference, input, plan);
      expectSameEvents(feed(engine, input, plan), expected, `input ${index}: ${JSON.stringify(input)}`);
      return expected ?? [];
    });
    tally.add(one, events.flat());
  });
  if (process.env['TOCSIN_TALLY'] !== undefined) console.info(tally.text);
  // Cases in which nothing fires show nothing.
  expect(tally.shareFiring).toBeGreaterThan(0.45);
  const cases = runsOf(RUNS);
  writeProof(
    'Two engines',
    { seed: seedOf(), test: 'rules/differential.test', settings: [`TOCSIN_RUNS=${cases}`] },
    `Random rule files, every construct nested at random, and messages, gaps, clock steps, commands and connections for them,
through the engine and through one that keeps every reading and works everything out anew: ${cases} cases, in
${Math.round(100 * tally.shareFiring)} % of which an alert fired, every event equal after every input.`,
  );
});
