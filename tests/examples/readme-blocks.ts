/** A fenced block of a README, and what it is by the text around it. */
export type ReadmeBlock =
  /** A file: its path stands alone in the line above. */
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'commands'; readonly lines: readonly string[] }
  /** What the commands above it print. */
  | { readonly kind: 'output'; readonly text: string };

const FENCE = /^(?:`([^`\n]+)`\n\n)?```(\w+)\n([\s\S]*?)^```$/gm;

/** The fenced blocks in order. */
export function readmeBlocks(markdown: string): ReadmeBlock[] {
  return [...markdown.matchAll(FENCE)].map(([, path, language = '', text = '']): ReadmeBlock => {
    if (path !== undefined) return { kind: 'file', path, text };
    if (language === 'sh') return { kind: 'commands', lines: text.trimEnd().split('\n').map(withoutComment) };
    if (language === 'text') return { kind: 'output', text };
    throw new Error(`a block that is no file, no command and no output:\n${text}`);
  });
}

function withoutComment(line: string): string {
  return line.replace(/\s+#\s.*$/, '');
}
