/** `play-start.js FOLDER`: starts on a folder, reads what is there to be read, and ends as a kill ends it. */
import { writeSync } from 'node:fs';
import { StoredSite } from '../../runtime/storage/stored-site.js';
import { LITTLE } from './story-player.js';

const site = new StoredSite(process.argv[2] ?? '', { ...LITTLE });
site.tail();
writeSync(1, 'started\n');
site.store.maintain();
site.store.close(true);
