/** How to call the program again, as it was called now: by `npx` from a clone of the repository, or by its name. */
export function programName(env: Readonly<Record<string, string | undefined>>): string {
  return env['npm_command'] === undefined ? 'tocsin' : 'npx tocsin';
}
