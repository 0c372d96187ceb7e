/** The folder is none, or no site; the message says what was looked for. */
export class SiteNotFound extends Error {}
