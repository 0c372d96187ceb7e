import { z } from 'zod';
import { didYouMean } from '../../rules/format/did-you-mean.js';
import { Document, type SourceFile } from '../../rules/format/document.js';
import { expectations } from '../../rules/format/expectation.js';
import { text, wholeNumber } from '../../rules/format/fields.js';
import type { Issue } from '../../rules/format/issue.js';
import { child, type JsonNode, type JsonObject, keyPlace, textOf } from '../../rules/format/json-tree.js';
import type { Markup } from './markup.js';
import { readerOf, type Scope, type Value, WORDS } from './notice-values.js';
import {
  choiceFilling,
  eachFilling,
  type Filling,
  listFilling,
  objectFilling,
  presentFilling,
  textFilling,
} from './template.js';

/** A file that says what the body of a webhook looks like. */
export interface Template {
  readonly contentType: string;
  /** Names that a receiver has to give. */
  readonly parameters: readonly string[];
  readonly body: Filling;
}

/** A part of the body: any JSON, which is read by itself. */
function part(description: string) {
  return z
    .custom<unknown>((value) => value !== undefined)
    .meta({ description })
    .register(expectations, { what: 'JSON with {words} in its texts', isOpaque: true });
}

const templateShape = z.strictObject({
  about: text('What the format is for.').optional(),
  contentType: text('The header `content-type`.').prefault('application/json'),
  markup: z
    .enum(['none', 'slack'])
    .meta({
      description: 'What of a text the service takes for markup: text of alerts is kept from being that.',
    })
    .prefault('none'),
  parameters: z
    .array(text('A name.'))
    .meta({ description: 'What a receiver has to give: `{parameters.NAME}`.' })
    .prefault([]),
  body: part('The body, with `{words}` in its texts.'),
});

const eachShape = z.strictObject({
  $each: z.enum(['alerts', 'rows']).meta({ description: 'What there is one of each for.' }),
  max: wholeNumber('No more than so many.', { min: 1, max: 100 }).prefault(100),
  of: part('What there is for each.'),
});
const whenShape = z.strictObject({
  $when: text('A word.'),
  is: part('What there is for each value of the word.'),
  else: part('What there is for other values; without it, nothing.').optional(),
});
const withShape = z.strictObject({
  $with: text('A word.'),
  of: part('What there is unless the word stands for nothing.'),
});

/** Reads a template. Whatever is wrong in it is found now, not when an alert is to be told. */
export function readTemplate(file: SourceFile): { template: Template | null; issues: readonly Issue[] } {
  const document = new Document(file);
  const shape = document.root === null ? null : document.read(document.root, templateShape);
  const body = document.root === null ? undefined : child(document.root, 'body');
  if (shape === null || body === undefined) return { template: null, issues: document.issues };
  const { contentType, parameters, markup } = shape;
  const reader = new TemplateReader(document, { markup, parameters });
  const filling = reader.read(body);
  const template = document.hasErrors ? null : { contentType, parameters, body: filling };
  return { template, issues: document.issues };
}

/** `{alert.title}`; `{{` stands for a brace. */
const WORD = /\{\{|\{([^{}]*)\}/g;

class TemplateReader {
  readonly #document: Document;
  readonly #markup: Markup;
  readonly #parameters: readonly string[];

  constructor(document: Document, { markup, parameters }: { markup: Markup; parameters: readonly string[] }) {
    this.#document = document;
    this.#markup = markup;
    this.#parameters = parameters;
  }

  read(node: JsonNode): Filling {
    if (node.kind === 'array') {
      const items = node.items.map((item) => ({
        filling: this.read(item),
        isMany: child(item, '$each') !== undefined,
      }));
      return listFilling(items);
    }
    if (node.kind === 'object') return this.#object(node);
    const { value } = node;
    return typeof value === 'string' ? this.#text(value, node) : () => value;
  }

  #object(node: JsonObject): Filling {
    if (child(node, '$each') !== undefined) return this.#each(node);
    if (child(node, '$when') !== undefined) return this.#when(node);
    if (child(node, '$with') !== undefined) return this.#with(node);
    return objectFilling([...node.properties].map(([key, { value }]) => [key, this.read(value)] as const));
  }

  #each(node: JsonObject): Filling {
    const shape = this.#document.read(node, eachShape);
    const of = child(node, 'of');
    return shape === null || of === undefined ? NOTHING : eachFilling(shape.$each, shape.max, this.read(of));
  }

  #when(node: JsonObject): Filling {
    const shape = this.#document.read(node, whenShape);
    const [is, other] = [child(node, 'is'), child(node, 'else')];
    if (shape === null || is === undefined) return NOTHING;
    if (is.kind !== 'object') {
      this.#document.report(is, {
        code: 'wrong-type',
        message: '`is` must be an object: { "critical": …, "warning": … }.',
      });
      return NOTHING;
    }
    const choices = new Map([...is.properties].map(([key, { value }]) => [key, this.read(value)] as const));
    const otherwise = other === undefined ? null : this.read(other);
    return choiceFilling(this.#word(shape.$when, keyPlaceOf(node, '$when')), choices, otherwise);
  }

  #with(node: JsonObject): Filling {
    const shape = this.#document.read(node, withShape);
    const of = child(node, 'of');
    if (shape === null || of === undefined) return NOTHING;
    return presentFilling(this.#word(shape.$with, keyPlaceOf(node, '$with')), this.read(of));
  }

  #text(source: string, place: JsonNode): Filling {
    const parts: (string | ((scope: Scope) => Value))[] = [];
    let end = 0;
    for (const match of source.matchAll(WORD)) {
      parts.push(source.slice(end, match.index), match[1] === undefined ? '{' : this.#word(match[1], place));
      end = match.index + match[0].length;
    }
    parts.push(source.slice(end));
    const filled = parts.filter((part) => part !== '');
    return filled.length === 0 ? () => '' : textFilling(filled, this.#markup);
  }

  #word(word: string, place: JsonNode): (scope: Scope) => Value {
    const read = readerOf(word);
    const [group, name = ''] = word.split('.');
    if (read !== null && (group !== 'parameters' || this.#parameters.includes(name))) return read;
    const known = [...WORDS, ...this.#parameters.map((one) => `parameters.${one}`)];
    const guess = didYouMean(word, known);
    this.#document.report(place, {
      code: 'unknown-word',
      message:
        group === 'parameters'
          ? `"${name}" is not among the \`parameters\` of the file.`
          : `{${word}} stands for nothing.`,
      hint: guess === null ? null : `Did you mean {${guess}}?`,
    });
    return () => null;
  }
}

const NOTHING: Filling = () => undefined;

function keyPlaceOf(node: JsonObject, key: string): JsonNode {
  return child(node, key) ?? { kind: 'scalar', value: textOf(undefined), ...keyPlace(node, key) };
}
