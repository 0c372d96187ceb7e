import { pathToFileURL } from 'node:url';
import {
  getLanguageService,
  type JSONDocument,
  type LanguageService,
  TextDocument,
} from 'vscode-json-languageservice';

interface Open {
  readonly document: TextDocument;
  readonly json: JSONDocument;
}

/** What VS Code, and other editors like it, do with JSON files: this is their own language service. */
export class Editor {
  readonly #service: LanguageService;

  /**
   * @param readSchema gives the text of a schema that a file names, by its URL
   * @param schemas for files that name none: URL of the schema → pattern of their paths
   */
  constructor(readSchema: (url: string) => string, schemas: Readonly<Record<string, string>> = {}) {
    this.#service = getLanguageService({
      schemaRequestService: async (url) => readSchema(url),
      workspaceContext: { resolveRelativePath: (path, file) => new URL(path, file).href },
    });
    const associations = Object.entries(schemas).map(([uri, path]) => ({ uri, fileMatch: [path] }));
    this.#service.configure({ validate: true, schemas: associations });
  }

  /** What is underlined: `4:12 Property deadbnd is not allowed.` */
  async problems(path: string, text: string): Promise<string[]> {
    const { document, json } = this.#open(path, text);
    // What VS Code is strict about in files named .json, unless their schema says otherwise.
    const settings = { comments: 'error', trailingCommas: 'error', schemaValidation: 'error' } as const;
    const problems = await this.#service.doValidation(document, json, settings);
    return problems.map(
      ({ range: { start }, message }) => `${start.line + 1}:${start.character + 1} ${message}`,
    );
  }

  /** What is offered for completion where `|` stands in the text. */
  async offers(path: string, textWithCursor: string): Promise<string[]> {
    const { document, json } = this.#open(path, textWithCursor.replace('|', ''));
    const cursor = document.positionAt(textWithCursor.indexOf('|'));
    const list = await this.#service.doComplete(document, cursor, json);
    return list?.items.map(({ label }) => label) ?? [];
  }

  /** What is shown beside the pointer where `|` stands in the text. */
  async hover(path: string, textWithCursor: string): Promise<string> {
    const { document, json } = this.#open(path, textWithCursor.replace('|', ''));
    const pointer = document.positionAt(textWithCursor.indexOf('|'));
    const hover = await this.#service.doHover(document, pointer, json);
    return JSON.stringify(hover?.contents ?? null);
  }

  #open(path: string, text: string): Open {
    const document = TextDocument.create(pathToFileURL(path).href, 'json', 1, text);
    return { document, json: this.#service.parseJSONDocument(document) };
  }
}
