import type { SourceFile } from '../../rules/format/document.js';
import type { Span } from '../../rules/format/json-tree.js';

/** Other words for a piece of a file. `start` = `end`: something is put in between. */
export interface Edit {
  /** Of the file. */
  readonly path: string;
  readonly span: Span;
  readonly text: string;
}

/** The files with these edits, which do not overlap. What is put in at one place comes in the order of the edits. */
export function editedFiles(files: readonly SourceFile[], edits: readonly Edit[]): readonly SourceFile[] {
  return files.map((file) => {
    const own = edits.filter(({ path }) => path === file.path);
    return own.length === 0 ? file : { path: file.path, text: edited(file.text, own) };
  });
}

function edited(text: string, edits: readonly Edit[]): string {
  // Spans count without it.
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const inOrder = [...edits].sort((a, b) => a.span.start - b.span.start);
  let result = '';
  let at = 0;
  for (const { span, text: words } of inOrder) {
    result += source.slice(at, span.start) + words;
    at = span.end;
  }
  return result + source.slice(at);
}
