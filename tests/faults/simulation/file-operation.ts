/** What a program asked of the operating system for the files of one folder, by their names in it. */
export type FileOperation =
  | { readonly kind: 'create'; readonly name: string }
  | { readonly kind: 'write'; readonly name: string; readonly at: number; readonly bytes: Buffer }
  /** At the end, wherever that is. */
  | { readonly kind: 'append'; readonly name: string; readonly bytes: Buffer }
  /** Of another file, as it is then, from `at` on to the same place. */
  | {
      readonly kind: 'copy';
      readonly name: string;
      readonly from: string;
      readonly at: number;
      readonly length: number;
    }
  | { readonly kind: 'truncate'; readonly name: string; readonly size: number }
  | { readonly kind: 'sync'; readonly name: string }
  | { readonly kind: 'syncFolder' }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  /** The program said something: `begun 7`, `done 7`. */
  | { readonly kind: 'mark'; readonly text: string };

/** The files of a folder, by name. */
export type FolderContent = ReadonlyMap<string, Buffer>;
