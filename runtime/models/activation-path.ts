import { join } from 'node:path';

/** Where the file is that `ACTIVATION_FILE` stands for. */
export function activationPath(dataFolder: string): string {
  return join(dataFolder, 'models', 'activation.json');
}
