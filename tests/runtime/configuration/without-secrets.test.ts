/** Secrets are taken out of what others say, in every form that they were sent in. */
import { expect, test } from 'vitest';
import { Secret } from '../../../runtime/site/secret.js';
import { withoutSecrets } from '../../../runtime/site/without-secrets.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each<[string, string, string, string]>([
  ['as it is', 'hunter2', 'wrong password hunter2, hunter2!', 'wrong password ***, ***!'],
  ['in JSON', 'hunter2', '{"p":"hunter2"}', '{"p":"***"}'],
  ['as in a URL', 'a b&c', 'no a%20b%26c', 'no ***'],
  ['in base64', 'hunter2', `535 ${base64('hunter2')}`, '535 ***'],
  [
    'as PLAIN sends it',
    'hunter2',
    `535 wrong: AUTH PLAIN ${base64('\0tocsin\0hunter2')}`,
    '535 wrong: AUTH PLAIN ***',
  ],
  ['as Basic sends it', 'hunter2', `Basic ${base64('tocsin:hunter2')}`, 'Basic ***'],
  ['the token of a header', 'Bearer abcdef', 'token abcdef is not known', 'token *** is not known'],
  ['a URL', 'https://h.example/hook?key=abcdef', 'no https://h.example/hook?key=abcdef', 'no ***'],
  ['the path of a URL', 'https://h.example/services/T0/B1', 'Cannot POST /services/T0/B1', 'Cannot POST ***'],
  ['the query of a URL', 'https://h.example/?key=abcdef', 'the key abcdef is wrong', 'the key *** is wrong'],
  ['too short to be one', 'abc', 'abc', 'abc'],
  ['a URL without a path', 'https://h.example/', 'either / or', 'either / or'],
  ['nothing of it', 'hunter2', 'no such user', 'no such user'],
  ['base64 of something else', 'hunter2', `id ${base64('something else')}`, `id ${base64('something else')}`],
])('%s', (_name, secret, text, shown) => {
  expect(withoutSecrets(text, [new Secret(secret)])).toBe(shown);
});

test('the longest first, so that no rest of one is left', () => {
  expect(withoutSecrets('abcd-efgh', [new Secret('abcd'), new Secret('abcd-efgh')])).toBe('***');
});
