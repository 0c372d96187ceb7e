/** SQLite cannot be loaded: the message says what to do. */
export class NoSqlite extends Error {}
