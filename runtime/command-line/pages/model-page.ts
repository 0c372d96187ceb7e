import type { ModelSummary, ModelView } from '../../control/model-view.js';
import type { ModelStanding } from '../../models/model-standing.js';
import { spanText } from '../../replay/story/span-text.js';
import { counted, paragraph } from '../text-layout.js';
import { type TablePageOptions, tablePage } from './table-page.js';

type Standing = Partial<ModelStanding>;

/** The models of a site, each with how its instances stand. */
export function modelList(
  models: readonly (ModelSummary & Standing)[],
  { width, style }: TablePageOptions,
): string {
  if (models.length === 0) return 'No models.\n';
  const lines = models.flatMap(
    ({ id, kind, title, outputs, every, instances, version = null, problem = null }) => {
      const scored = every === null ? '' : `, every ${spanText(every)}`;
      const standing = Object.entries(instances).map(([quality, count]) => `${count} ${quality}`);
      const total = Object.values(instances).reduce((sum, count) => sum + count, 0);
      const shown = standing.length === 0 ? '' : ` (${standing.join(', ')})`;
      return [
        `${style('bold', id)}  ${kind}${version === null ? '' : `, version ${version}`}, ${counted(total, 'instance')}${shown}${scored}`,
        ...(title === null ? [] : paragraph(title, { indent: 2, width })),
        ...paragraph(`gives ${outputs.join(', ')}`, { indent: 2, width }),
        ...(problem === null ? [] : paragraph(problem, { indent: 2, width })),
      ];
    },
  );
  return `${lines.join('\n')}\n`;
}

/** What a model says of each of its instances, as a table. */
export function modelPage(
  { labels, outputs, instances, version = null, versions = [], problem = null }: ModelView & Standing,
  options: TablePageOptions,
): string {
  const learnt = versions.length === 0 ? '' : `${versionLine(version, versions)}\n`;
  const wrong = problem === null ? '' : `${problem}\n`;
  return learnt + wrong + instanceTable({ labels, outputs, instances }, options);
}

function versionLine(version: number | null, versions: readonly number[]): string {
  const others = versions.filter((one) => one !== version);
  const kept = others.length === 0 ? '' : `; there are also ${others.join(', ')}`;
  return version === null ? `No version is in force${kept}` : `Version ${version} is in force${kept}`;
}

function instanceTable(
  { labels, outputs, instances }: Pick<ModelView, 'labels' | 'outputs' | 'instances'>,
  options: TablePageOptions,
): string {
  if (instances.length === 0) return 'Nothing scored yet.\n';
  const rows = instances.map((row) => ({ ...row, values: { ...row.values, quality: row.quality ?? null } }));
  return tablePage({ labels, fields: [...outputs, 'quality'], rows }, options);
}
