// Parts of labels that topics name are joined where they agree, and found without looking at all of them.
import { describe, expect, it } from 'vitest';
import { LabelJoin } from '../../../rules/engine/label-join.js';

const of = (labels: Record<string, string>) => new Map(Object.entries(labels));
const MANY = 1000;

describe('parts', () => {
  it('make a whole where they agree on what both name', () => {
    const join = new LabelJoin(['site', 'line', 'machine']);
    expect(join.add(of({ site: 's1', line: 'l1' }), MANY)).toEqual([]);
    expect(join.add(of({ line: 'l2', machine: 'm2' }), MANY)).toEqual([]);
    expect(join.add(of({ line: 'l1', machine: 'm1' }), MANY)).toEqual([['s1', 'l1', 'm1']]);
    expect(join.add(of({ site: 's2', line: 'l1' }), MANY)).toEqual([['s2', 'l1', 'm1']]);
  });

  it('that name nothing in common make one with each', () => {
    const join = new LabelJoin(['line', 'shift']);
    join.add(of({ line: 'l1' }), MANY);
    join.add(of({ line: 'l2' }), MANY);
    const wholes = [
      ['l1', 'a'],
      ['l2', 'a'],
    ];
    expect(join.add(of({ shift: 'a' }), MANY)).toEqual(wholes);
    expect(join.add(of({ shift: 'a' }), 1)).toEqual(wholes.slice(0, 1));
  });

  it('are whole by themselves, and may name labels that nobody asks for', () => {
    expect(new LabelJoin(['line']).add(of({ line: 'l1', other: 'x' }), MANY)).toEqual([['l1']]);
  });

  it('are found among as many as there may be topics', () => {
    const join = new LabelJoin(['site', 'line', 'machine']);
    for (let i = 0; i < 20_000; i++) join.add(of({ site: 's', line: `l${i}` }), MANY);
    let found = 0;
    for (let i = 0; i < 20_000; i++) found += join.add(of({ line: `l${i}`, machine: 'm' }), MANY).length;
    expect(found).toBe(20_000);
  });
});
