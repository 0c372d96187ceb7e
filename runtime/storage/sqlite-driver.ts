import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';

/** From here on the driver that is built for any version of Node.js runs. The other ends Node.js 24 when it collects garbage. */
const ANY_NODE_FROM = 22;

const require = createRequire(import.meta.url);

function loaded(): typeof Sqlite {
  const { node } = process.versions;
  try {
    if (Number.parseInt(node, 10) >= ANY_NODE_FROM) return require('better-sqlite3-any-node');
    return require('better-sqlite3');
  } catch (error) {
    const [reason] = String(error).split('\n');
    throw new Error(`SQLite does not run in Node.js ${node}: run \`npm ci\` again with it (${reason})`, {
      cause: error,
    });
  }
}

/** SQLite for this version of Node.js. */
export const sqlite: typeof Sqlite = loaded();
