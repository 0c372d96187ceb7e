import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCHEMAS_FOLDER, siteSchemas } from './site-schemas.js';

/*
 * A step of the build: writes the schemas into the package, from the program as it was just built, so that they are never
 * older than it. Runs in the package's folder.
 */
mkdirSync(SCHEMAS_FOLDER, { recursive: true });
for (const { name, text } of siteSchemas()) writeFileSync(join(SCHEMAS_FOLDER, name), text);
