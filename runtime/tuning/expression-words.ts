import { parseDuration } from '../../rules/format/duration.js';
import { type JsonNode, type Span, spanInText, textOf } from '../../rules/format/json-tree.js';
import { ExpressionError, tokenizeExpression } from '../../rules/format/tokenize-expression.js';

/** A word of an expression that could be another one, with its place in the file. */
export interface ExpressionWord {
  readonly type: 'number' | 'duration' | 'operator';
  /** As written; a duration without its quotes. */
  readonly text: string;
  readonly span: Span;
}

const OPERATORS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=', '&&', '||']);

/** The numbers, durations and comparing operators of an expression; none of a plain name. */
export function expressionWords(node: JsonNode, fileText: string): ExpressionWord[] {
  const text = textOf(node);
  if (text === null) return [];
  return tokensOf(text).flatMap(({ kind, text: word, start, end }): ExpressionWord[] => {
    // The quotes of a duration stay.
    const span = (cut: number) => spanInText(fileText, node, start + cut, end - cut);
    if (kind === 'number') return [{ type: 'number', text: word, span: span(0) }];
    if (kind === 'operator' && OPERATORS.has(word)) return [{ type: 'operator', text: word, span: span(0) }];
    const isDuration = kind === 'text' && parseDuration(word) !== null;
    return isDuration ? [{ type: 'duration', text: word, span: span(1) }] : [];
  });
}

/** A text that is no expression is that of a rule that was refused. */
function tokensOf(text: string) {
  try {
    return tokenizeExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}
