/** Why somebody else could not be reached, and what to do about it. */
export interface Unreachable {
  readonly reason: string;
  readonly advice: string;
}

const CERTIFICATE = 'Give Node the certificate of its authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem';
const IS_IT_UP = 'Is it running, and are host and port right? Does a firewall stand between?';
const NAME = 'Is the name right, and does this computer have a name server?';
const CLOCK = 'Is the clock of this computer right, or does the certificate want renewal?';

const BY_CODE: Readonly<Record<string, Unreachable>> = {
  ECONNREFUSED: { reason: 'nothing listens there', advice: IS_IT_UP },
  ECONNRESET: {
    reason: 'the connection is cut at once',
    advice: 'Is that the right port, with or without TLS?',
  },
  EHOSTUNREACH: { reason: 'there is no way to that host', advice: 'Look at the network of this computer.' },
  ENETUNREACH: { reason: 'there is no network', advice: 'Look at the network of this computer.' },
  ETIMEDOUT: { reason: 'no answer', advice: IS_IT_UP },
  ENOTFOUND: { reason: 'there is no host of that name', advice: NAME },
  EAI_AGAIN: { reason: 'no name server answers', advice: NAME },
  EDNS: { reason: 'there is no host of that name', advice: NAME },
  EPROTO: { reason: 'it does not speak TLS there', advice: 'Is that the right port, with or without TLS?' },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    reason: 'it does not speak TLS there',
    advice: 'Is that the right port, with or without TLS?',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: { reason: 'its certificate is signed by itself', advice: CERTIFICATE },
  SELF_SIGNED_CERT_IN_CHAIN: {
    reason: 'its certificate comes from an unknown authority',
    advice: CERTIFICATE,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    reason: 'its certificate comes from an unknown authority',
    advice: CERTIFICATE,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    reason: 'its certificate comes from an unknown authority',
    advice: CERTIFICATE,
  },
  CERT_HAS_EXPIRED: { reason: 'its certificate has expired', advice: CLOCK },
  CERT_NOT_YET_VALID: { reason: 'its certificate is not valid yet', advice: CLOCK },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: 'its certificate is for another name',
    advice: 'Write the host as the certificate names it.',
  },
};

/** What an error of connecting means. */
export function unreachable(error: unknown): Unreachable {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = systemCode(cause);
    const known = code === null ? undefined : BY_CODE[code];
    if (known !== undefined) return known;
    const [inner] = cause instanceof AggregateError ? cause.errors : [];
    // Of several addresses of one name none answered.
    if (inner !== undefined) return unreachable(inner);
  }
  return { reason: error instanceof Error ? error.message : String(error), advice: IS_IT_UP };
}

/** nodemailer puts codes of its own before those of the system. */
function systemCode(error: Error): string | null {
  if ('originalCode' in error) return String(error.originalCode);
  return 'code' in error ? String(error.code) : null;
}

/** The check was ended before there was an answer. */
export const NO_ANSWER: Unreachable = { reason: 'no answer in time', advice: IS_IT_UP };
