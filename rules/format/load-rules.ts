import type { Rule } from '../rule.js';
import { Document, type SourceFile } from './document.js';
import type { Issue } from './issue.js';
import type { JsonNode } from './json-tree.js';
import { type RuleDraft, readRule } from './read-rule.js';

export type { SourceFile };

export interface LoadedRules {
  /** Every rule without errors, in order of files and places. */
  readonly rules: Rule[];
  /** Every problem of every file, in order of files and places. */
  readonly issues: Issue[];
}

/** Reads rule files. Never throws: whatever is wrong is an issue. */
export function loadRules(files: readonly SourceFile[]): LoadedRules {
  const documents = files.map((file) => new Document(file));
  const rules: Rule[] = [];
  for (const document of documents) {
    for (const node of ruleNodes(document)) {
      const before = document.issues.length;
      const draft: RuleDraft | null = readRule(document, node, FILE_KEYS);
      if (draft && document.issues.length === before) {
        const groupBy = draft.groupBy ?? [
          ...new Set(
            draft.rule.inputs.flatMap((input) =>
              input.source.kind === 'topic' ? input.source.pattern.captures : [],
            ),
          ),
        ];
        rules.push({ ...draft.rule, groupBy });
      }
    }
  }
  return { rules, issues: documents.flatMap((document) => document.issues) };
}

const FILE_KEYS: ReadonlySet<string> = new Set(['$schema']);

function ruleNodes(document: Document): readonly JsonNode[] {
  const { root } = document;
  if (!root || document.hasErrors) return [];
  const rules = root.kind === 'object' ? root.properties.get('rules')?.value : undefined;
  if (!rules) return [root];
  return rules.kind === 'array' ? rules.items : [];
}
