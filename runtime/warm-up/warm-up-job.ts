import type { JobContext } from '../jobs/job-contract.js';
import { modelKindsFor } from '../models/model-kinds.js';
import { shelveStored } from '../models/shelve-artefacts.js';
import { allFiles } from '../replay/held-rules.js';
import { foldPast, type Past, type PastInput } from './fold-past.js';

/** Lets rules see the past in a process of its own; reports up to which engine time they have. */
export async function warmUpJob(input: PastInput, { report }: JobContext<number>): Promise<Past> {
  shelveStored(input.artefacts);
  await modelKindsFor(allFiles(input.files));
  return foldPast(input, report);
}
