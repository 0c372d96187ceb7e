/** `play-history.js FOLDER SEED COMMITS`: stores what comes in and makes history of it; without more, only works off. */
import { writeSync } from 'node:fs';
import { playHistory, workOffHistory } from './history-player.js';

const [folder = '', seed, commits] = process.argv.slice(2);
const say = (text: string) => void writeSync(1, `${text}\n`);
if (seed === undefined) workOffHistory(folder, say);
else playHistory({ folder, seed: Number(seed), commits: Number(commits), say });
