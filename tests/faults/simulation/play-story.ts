/** `play-story.js FOLDER SEED STEPS FROM`: does with a ledger what the story says, from a step on, and says when it has. */
import { writeSync } from 'node:fs';
import { playStory } from './story-player.js';

const [folder = '', seed, steps, from] = process.argv.slice(2);
playStory({
  ...{ folder, seed: Number(seed), steps: Number(steps), from: Number(from) },
  say: (text) => writeSync(1, `${text}\n`),
});
