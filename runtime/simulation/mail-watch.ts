import { mkdirSync, watch } from 'node:fs';

/** Tells of mails that arrive in a folder, which is made if it is not there. Gives a function that ends the watch. */
export function watchMails(folder: string, onMail: (file: string) => void): () => void {
  mkdirSync(folder, { recursive: true });
  // Mails are renamed into place when they are complete: one change each.
  const watcher = watch(folder, (change, file) => {
    if (change === 'rename' && file?.endsWith('.eml')) onMail(file);
  });
  return () => watcher.close();
}
