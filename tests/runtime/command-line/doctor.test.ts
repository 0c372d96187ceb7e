/** `tocsin doctor`: what it prints, for people and programs, and its exit codes. What it finds: tests/runtime/doctor. */
import { expect, test } from 'vitest';
import { doctorReport } from '../../../runtime/command-line/doctor-report.js';
import { failure, ok, warning } from '../../../runtime/doctor/finding.js';
import { temporarySite } from '../temporary-site.js';
import { tocsin } from './run-in-process.js';

const SITE = {
  'tocsin.json': {
    mqtt: { embedded: { port: 0 } },
    receivers: { all: { email: { to: ['a@b.example'] } } },
    smtp: { folder: 'mail' },
  },
  'rules/a.json': { id: 'a', inputs: { t: 'a/t' }, when: 't > 1' },
};

test('marks, aligned, with what to do below, in 80 columns', () => {
  const findings = [
    ok('node', '20.20.2, linux x64'),
    warning('clock', '2026-01-05 06:00:00 UTC: not synchronised by network', 'timedatectl set-ntp true'),
    failure(
      'webhook scada',
      'scada.plant.example:443: its certificate comes from an unknown authority',
      'Give Node the certificate of its authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
    ),
  ];
  expect(doctorReport(findings, (_format, text) => text)).toBe(`\
ok    node           20.20.2, linux x64
warn  clock          2026-01-05 06:00:00 UTC: not synchronised by network
                     → timedatectl set-ntp true
FAIL  webhook scada  scada.plant.example:443: its certificate comes from an
                     unknown authority
                     → Give Node the certificate of its authority:
                       NODE_EXTRA_CA_CERTS=/path/to/ca.pem

1 ok, 1 warning, 1 failure
`);
});

test('exit 0 where nothing fails, 1 where something does', async () => {
  const right = await tocsin(['doctor', '--site', temporarySite(SITE)]);
  expect(right).toMatchObject({ code: 0, stderr: '' });
  expect(right.stdout).toMatch(/^ok {4}site +1 rule, 1 receiver, no problems$/m);
  const wrong = await tocsin(['doctor', '--site', temporarySite({ ...SITE, 'rules/b.json': '{' })]);
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toMatch(/^FAIL {2}site +its files have \d errors?$/m);
});

test('--json is a list for programs', async () => {
  const { stdout } = await tocsin(['doctor', '--json', '--site', temporarySite(SITE)]);
  const findings = JSON.parse(stdout);
  expect(findings[0]).toEqual({
    about: 'site',
    verdict: 'ok',
    message: '1 rule, 1 receiver, no problems',
    advice: null,
  });
});

test('a folder that is no site', async () => {
  const { code, stderr } = await tocsin(['doctor', '--site', temporarySite({})]);
  expect(code).toBe(3);
  expect(stderr).toContain('is no site');
});
