import { ACTIVATION_FILE } from '../models/activation.js';

/** The folders of a site whose files say together what is evaluated, with the endings that count in each. */
const PLAN_FOLDERS = {
  rules: ['.json'],
  tables: ['.csv', '.json'],
  views: ['.json'],
  // A model made elsewhere stands beside the file that names it.
  models: ['.json', '.onnx', '.txt'],
  functions: ['.js'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PlanFolder = keyof typeof PLAN_FOLDERS;

export const PLAN_FOLDER_NAMES = Object.keys(PLAN_FOLDERS) as readonly PlanFolder[];

/** Does a file of this name count in this folder? Hidden ones do not: editors keep half-written copies in them. */
export function isPlanFile(folder: PlanFolder, name: string): boolean {
  return !name.startsWith('.') && PLAN_FOLDERS[folder].some((ending) => name.endsWith(ending));
}

/** Is this a file, or the folder, of those that say what is evaluated? Paths are from the site's folder. */
export function isPlanPath(path: string): boolean {
  const [folder] = path.split('/');
  return path === ACTIVATION_FILE || PLAN_FOLDER_NAMES.some((name) => name === folder);
}
