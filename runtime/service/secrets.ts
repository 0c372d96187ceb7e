import { fetchSecret, MissingSecret, Secret, type SecretReference } from '../site/secret.js';

/** Fetches the secrets of a configuration and gathers what is missing, so that all of it can be said at once. */
export class Secrets {
  /** `smtp.password: the environment variable SMTP_PASSWORD is not set` */
  readonly problems: string[] = [];
  readonly #source: { readonly folder: string; readonly env: Readonly<Record<string, string | undefined>> };

  constructor(source: { folder: string; env: Readonly<Record<string, string | undefined>> }) {
    this.#source = source;
  }

  /**
   * The secret at a key of the configuration; a text stands for itself. After a problem the secret is empty, and the
   * caller must stop before it is used.
   */
  fetch(key: string, value: SecretReference | string): Secret {
    if (typeof value === 'string') return new Secret(value);
    try {
      return fetchSecret(value, this.#source);
    } catch (error) {
      if (!(error instanceof MissingSecret)) throw error;
      this.problems.push(`${key}: ${error.message}`);
      return new Secret('');
    }
  }
}
