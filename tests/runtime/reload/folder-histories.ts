import { file, type RulesFolder, UNREADABLE } from './folder-fixture.js';

export const HOT = file({ hot: 80 });
export const HOTTER = file({ hot: 90 });
export const COLD = file({ cold: 5 });
export const BOTH = file({ hot: 80, cold: 5 });
export const NONE = file({});
/** As an editor leaves it that is writing: the same rule, cut off. */
export const HALF = HOTTER.slice(0, -9);
export interface Step {
  /** Seconds. */
  readonly at: number;
  readonly rules: RulesFolder;
  readonly inForce: Readonly<Record<string, string>>;
  /** Those that are not `ok`, each with the codes of its errors. */
  readonly bad?: Readonly<Record<string, string>>;
  readonly again?: number | null;
  readonly isMissingAll?: boolean;
}

export const SUPPRESSED = file({ cold: { suppressedBy: [{ rule: 'hot' }] } });
const RUNNING_HOT = { at: 0, rules: { 'a.json': HOT }, inForce: { 'a.json': HOT } };

/** Each step is what is in the folder at a time, and what counts then. */
export const folderHistories: [string, Step[]][] = [
  [
    'a first start takes what is there',
    [{ at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } }],
  ],
  [
    'a first start without any rules',
    [
      { at: 0, rules: {}, inForce: {} },
      { at: 1, rules: { 'a.json': HOT }, inForce: { 'a.json': HOT } },
    ],
  ],
  [
    'a first start takes of a file with errors what is right',
    [
      {
        at: 0,
        rules: { 'a.json': file({ hot: 80, cold: { when: 'temp >' } }) },
        inForce: { 'a.json': file({ hot: 80, cold: { when: 'temp >' } }) },
        bad: { 'a.json': 'broken bad-expression' },
      },
    ],
  ],
  [
    'a changed file counts at once',
    [RUNNING_HOT, { at: 1, rules: { 'a.json': HOTTER }, inForce: { 'a.json': HOTTER } }],
  ],
  [
    'a new file counts at once',
    [
      RUNNING_HOT,
      { at: 1, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
    ],
  ],
  [
    'a half-written file keeps what it said, until it is whole',
    [
      RUNNING_HOT,
      { at: 1, rules: { 'a.json': HALF }, inForce: { 'a.json': HOT }, bad: { 'a.json': 'last-good syntax' } },
      {
        at: 2,
        rules: { 'a.json': '' },
        inForce: { 'a.json': HOT },
        bad: { 'a.json': 'last-good empty-file' },
      },
      {
        at: 99,
        rules: { 'a.json': HALF },
        inForce: { 'a.json': HOT },
        bad: { 'a.json': 'last-good syntax' },
      },
      { at: 100, rules: { 'a.json': HOTTER }, inForce: { 'a.json': HOTTER } },
    ],
  ],
  [
    'one broken file keeps no other from counting',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: { 'a.json': HALF, 'b.json': file({ cold: 6 }) },
        inForce: { 'a.json': HOT, 'b.json': file({ cold: 6 }) },
        bad: { 'a.json': 'last-good syntax' },
      },
    ],
  ],
  [
    'a file that cannot be read keeps what it said; a new one says nothing',
    [
      RUNNING_HOT,
      {
        at: 1,
        rules: { 'a.json': UNREADABLE, 'b.json': UNREADABLE },
        inForce: { 'a.json': HOT },
        bad: { 'a.json': 'last-good unreadable-file', 'b.json': 'broken unreadable-file' },
      },
    ],
  ],
  [
    'a new file with errors counts with the rules that are right',
    [
      RUNNING_HOT,
      {
        at: 1,
        rules: { 'a.json': HOT, 'b.json': file({ cold: 5, odd: { when: 'temp >' } }) },
        inForce: { 'a.json': HOT, 'b.json': file({ cold: 5, odd: { when: 'temp >' } }) },
        bad: { 'b.json': 'broken bad-expression' },
      },
    ],
  ],
  [
    'a removed file counts for 5 s more',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 6,
      },
      {
        at: 5.999,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 6,
      },
      { at: 6, rules: { 'a.json': HOT }, inForce: { 'a.json': HOT } },
    ],
  ],
  [
    'a file that is back within 5 s was never gone',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 6,
      },
      { at: 4, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 5,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 10,
      },
    ],
  ],
  [
    'a rule that its file does without counts for 5 s more, with the whole file',
    [
      { at: 0, rules: { 'a.json': BOTH }, inForce: { 'a.json': BOTH } },
      {
        at: 1,
        rules: { 'a.json': HOTTER },
        inForce: { 'a.json': BOTH },
        bad: { 'a.json': 'last-good' },
        again: 6,
      },
      { at: 6, rules: { 'a.json': HOTTER }, inForce: { 'a.json': HOTTER } },
    ],
  ],
  [
    'all rules of the only file can be taken out of it',
    [
      RUNNING_HOT,
      {
        at: 1,
        rules: { 'a.json': NONE },
        inForce: { 'a.json': HOT },
        bad: { 'a.json': 'last-good' },
        again: 6,
      },
      { at: 6, rules: { 'a.json': NONE }, inForce: { 'a.json': NONE } },
    ],
  ],
  [
    'a folder that is suddenly empty removes nothing, however long',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: {},
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'a.json': 'missing', 'b.json': 'missing' },
        again: 6,
      },
      {
        at: 1000,
        rules: {},
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'a.json': 'missing', 'b.json': 'missing' },
        isMissingAll: true,
      },
      {
        at: 1001,
        rules: { 'a.json': HOT },
        inForce: { 'a.json': HOT, 'b.json': COLD },
        bad: { 'b.json': 'missing' },
        again: 1006,
      },
      { at: 1006, rules: { 'a.json': HOT }, inForce: { 'a.json': HOT } },
    ],
  ],
  [
    'a folder that cannot be listed removes nothing',
    [
      RUNNING_HOT,
      {
        at: 1,
        rules: null,
        inForce: { 'a.json': HOT },
        bad: { rules: 'missing unreadable-file', 'a.json': 'missing' },
        again: 6,
      },
      {
        at: 100,
        rules: null,
        inForce: { 'a.json': HOT },
        bad: { rules: 'missing unreadable-file', 'a.json': 'missing' },
        isMissingAll: true,
      },
    ],
  ],
  [
    'a renamed file: its rule was never away',
    [RUNNING_HOT, { at: 1, rules: { 'z.json': HOT }, inForce: { 'z.json': HOT } }],
  ],
  [
    'a rule is moved to another file: first out, then in',
    [
      {
        at: 0,
        rules: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
        inForce: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
      },
      {
        at: 1,
        rules: { 'a.json': COLD, 'b.json': file({ odd: 1 }) },
        inForce: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
        bad: { 'a.json': 'last-good' },
        again: 6,
      },
      {
        at: 3,
        rules: { 'a.json': COLD, 'b.json': file({ odd: 1, hot: 80 }) },
        inForce: { 'a.json': COLD, 'b.json': file({ odd: 1, hot: 80 }) },
      },
    ],
  ],
  [
    'a rule is moved to another file: first in, then out',
    [
      {
        at: 0,
        rules: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
        inForce: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
      },
      {
        at: 1,
        rules: { 'a.json': BOTH, 'b.json': file({ odd: 1, hot: 80 }) },
        inForce: { 'a.json': BOTH, 'b.json': file({ odd: 1 }) },
        bad: { 'b.json': 'last-good duplicate-id' },
      },
      {
        at: 60,
        rules: { 'a.json': COLD, 'b.json': file({ odd: 1, hot: 80 }) },
        inForce: { 'a.json': COLD, 'b.json': file({ odd: 1, hot: 80 }) },
      },
    ],
  ],
  [
    'a rule that is moved into a file with a mistake in it is not lost while that is mended',
    [
      { at: 0, rules: { 'a.json': BOTH }, inForce: { 'a.json': BOTH } },
      {
        at: 1,
        rules: { 'a.json': COLD, 'b.json': file({ hot: { when: 'temp >' } }) },
        inForce: { 'a.json': BOTH },
        bad: { 'a.json': 'last-good', 'b.json': 'broken duplicate-id bad-expression' },
      },
      {
        at: 100,
        rules: { 'a.json': COLD, 'b.json': file({ hot: { when: 'temp >' } }) },
        inForce: { 'a.json': BOTH },
        bad: { 'a.json': 'last-good', 'b.json': 'broken duplicate-id bad-expression' },
      },
      { at: 101, rules: { 'a.json': COLD, 'b.json': HOT }, inForce: { 'a.json': COLD, 'b.json': HOT } },
    ],
  ],
  [
    'of two files with one id the one that runs stays, whatever their names',
    [
      { at: 0, rules: { 'm.json': HOT }, inForce: { 'm.json': HOT } },
      {
        at: 1,
        rules: { 'a.json': HOTTER, 'm.json': HOT, 'z.json': HOTTER },
        inForce: { 'm.json': HOT },
        bad: { 'a.json': 'broken duplicate-id', 'z.json': 'broken duplicate-id' },
      },
      {
        at: 2,
        rules: { 'a.json': HOTTER, 'm.json': file({ hot: 70 }), 'z.json': HOTTER },
        inForce: { 'm.json': file({ hot: 70 }) },
        bad: { 'a.json': 'broken duplicate-id', 'z.json': 'broken duplicate-id' },
      },
      { at: 3, rules: { 'z.json': HOTTER }, inForce: { 'z.json': HOTTER } },
    ],
  ],
  [
    'a file that takes up the id of another stays as it was, and the other goes on changing',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      {
        at: 1,
        rules: { 'a.json': BOTH, 'b.json': file({ cold: 6 }) },
        inForce: { 'a.json': HOT, 'b.json': file({ cold: 6 }) },
        bad: { 'a.json': 'last-good duplicate-id' },
      },
    ],
  ],
  [
    'two rules change names, each into the file of the other',
    [
      { at: 0, rules: { 'a.json': HOT, 'b.json': COLD }, inForce: { 'a.json': HOT, 'b.json': COLD } },
      { at: 1, rules: { 'a.json': COLD, 'b.json': HOT }, inForce: { 'a.json': COLD, 'b.json': HOT } },
    ],
  ],
  [
    'a rule that others refer to stays as long as they do',
    [
      {
        at: 0,
        rules: { 'a.json': HOT, 'b.json': SUPPRESSED },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED },
      },
      {
        at: 1,
        rules: { 'b.json': SUPPRESSED },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED },
        bad: { 'a.json': 'missing unknown-rule' },
        again: 6,
      },
      {
        at: 60,
        rules: { 'b.json': SUPPRESSED, 'c.json': file({ odd: 1 }) },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED, 'c.json': file({ odd: 1 }) },
        bad: { 'a.json': 'missing unknown-rule' },
      },
      {
        at: 61,
        rules: { 'b.json': COLD, 'c.json': file({ odd: 1 }) },
        inForce: { 'b.json': COLD, 'c.json': file({ odd: 1 }) },
      },
    ],
  ],
  [
    'a rule and those that refer to it change their names together',
    [
      {
        at: 0,
        rules: { 'a.json': HOT, 'b.json': SUPPRESSED },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED },
      },
      {
        at: 1,
        rules: {
          'a.json': file({ warm: 80 }),
          'b.json': file({ cold: { suppressedBy: [{ rule: 'warm' }] } }),
        },
        inForce: { 'a.json': HOT, 'b.json': SUPPRESSED },
        bad: { 'a.json': 'last-good unknown-rule', 'b.json': 'last-good unknown-rule' },
        again: 6,
      },
      {
        at: 6,
        rules: {
          'a.json': file({ warm: 80 }),
          'b.json': file({ cold: { suppressedBy: [{ rule: 'warm' }] } }),
        },
        inForce: {
          'a.json': file({ warm: 80 }),
          'b.json': file({ cold: { suppressedBy: [{ rule: 'warm' }] } }),
        },
      },
    ],
  ],
];
