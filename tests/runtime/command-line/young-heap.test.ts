/** The flag that keeps a service small is one that this V8 knows: else it would complain on stderr at every start. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the flag is known to this V8', () => {
  const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8', maxBuffer: 1 << 24 });
  expect(options).toContain('--semi-space-growth-factor');
});
