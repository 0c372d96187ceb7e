import type { Secret } from './secret.js';

/** Shorter ones would be found in every text. */
const SECRET_CHARS_MIN = 4;
const BASE64 = /[A-Za-z0-9+/_-]{6,}={0,2}/g;
const HIDDEN = '***';

/**
 * A text that somebody else wrote, such as a server that refuses a request, without the secrets that it was sent: plain,
 * as in a URL, in base64 (as logins send them), and parts of them that are secrets by themselves.
 */
export function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  const hidden = [...new Set(secrets.flatMap((secret) => partsOf(secret.reveal())))].sort(
    (a, b) => b.length - a.length,
  );
  let shown = text;
  for (const part of hidden) {
    shown = shown.replaceAll(part, HIDDEN).replaceAll(encodeURIComponent(part), HIDDEN);
  }
  return shown.replaceAll(BASE64, (word) => {
    const decoded = Buffer.from(word, 'base64').toString('latin1');
    return hidden.some((part) => decoded.includes(part)) ? HIDDEN : word;
  });
}

/** `Bearer abc` is told by `abc` too, and a URL by its path and by what stands in its query. */
function partsOf(secret: string): string[] {
  const parts = [secret, ...secret.split(' ')];
  if (URL.canParse(secret)) {
    const { pathname, search, searchParams, password } = new URL(secret);
    parts.push(`${pathname}${search}`, password, ...searchParams.values());
    if (pathname.length > 1) parts.push(pathname);
  }
  return parts.filter((part) => part.length >= SECRET_CHARS_MIN);
}
