import type { Delivery, Notice } from './notice.js';
import { outlookSentences } from './notice-outlook.js';
import { type NoticeStory, noticeStory, type Rows } from './notice-story.js';
import { escapeHtml, shorten } from './plain-text.js';

/** A mail as it is read: the same at every attempt. */
export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What all forms of a mail are made of. */
interface Parts {
  readonly stories: readonly NoticeStory[];
  /** Above several alerts: `2 critical, 1 resolved`. */
  readonly headline: string;
  readonly omitted: number;
  readonly next: readonly string[];
  readonly footer: readonly string[];
}

/** Longer subjects are cut by phones, and by some servers. */
const SUBJECT_CHARS_MAX = 200;

export function mailContent({ notice }: Delivery, timezone: string): MailContent {
  const stories = notice.alerts.map((alert) => noticeStory(notice, alert, timezone));
  const parts: Parts = {
    stories,
    headline: headlineOf(notice, stories),
    omitted: notice.omitted,
    next: outlookSentences(notice, timezone),
    footer: footerOf(notice),
  };
  return {
    subject: shorten(subjectOf(parts), SUBJECT_CHARS_MAX),
    text: textOf(parts),
    html: htmlOf(parts),
  };
}

function footerOf({ late, storage, gateway, alerts, kind }: Notice): string[] {
  const rules = [...new Set(alerts.map(({ event }) => event.rule))];
  const of = kind === 'test' ? '' : `, rule${rules.length === 1 ? '' : 's'} ${rules.join(', ')}`;
  return [
    ...(late ? ['This notice is late: it tells of something that happened a while ago.'] : []),
    ...(storage === undefined
      ? []
      : ['The disk of this gateway takes nothing at present (storage degraded).']),
    `Sent by Tocsin on ${gateway}${of}.`,
  ];
}

/** `2 critical, 1 resolved, 3 still firing` */
function headlineOf({ kind, omitted }: Notice, stories: readonly NoticeStory[]): string {
  const isAgain = kind === 'repeat';
  const counts = (['critical', 'warning', 'info', 'resolved'] as const).flatMap((tone) => {
    const count = stories.filter((story) => !story.isKnown && story.tone === tone).length;
    return count === 0 ? [] : [`${count} ${tone}`];
  });
  const known = stories.filter(({ isKnown }) => isKnown).length;
  return [
    ...(isAgain ? [`${stories.length} still firing`] : counts),
    ...(known === 0 ? [] : [`${known} still firing`]),
    ...(omitted === 0 ? [] : [`${omitted} more`]),
  ].join(', ');
}

/** `[critical] Press overheating: l1, m1`, `[2 critical, 1 resolved] Press overheating: l1, m1; …` */
function subjectOf({ stories, headline }: Parts): string {
  const [only] = stories;
  const state = stories.length === 1 && only !== undefined ? only.state : headline;
  const news = stories.filter(({ isKnown }) => !isKnown);
  return `[${state}] ${(news.length === 0 ? stories : news).map(nameOf).join('; ')}`;
}

function nameOf({ title, place }: NoticeStory): string {
  return `${title}${place === '' ? '' : `: ${place}`}`;
}

function textOf({ stories, headline, omitted, next, footer }: Parts): string {
  const [only] = stories;
  const body =
    stories.length === 1 && only !== undefined
      ? [singleText(only)]
      : [headline, ...stories.map(shortText), ...(omitted === 0 ? [] : [`and ${omitted} more`])];
  return `${[...body, next.join('\n'), footer.join('\n')].filter((part) => part !== '').join('\n\n')}\n`;
}

/** One alert, with everything that is known of it. */
function singleText({ state, title, message, labels, times, values, runbook }: NoticeStory): string {
  const width = Math.max(...[...labels, ...times, ...values].map(([name]) => name.length));
  const table = (rows: Rows) => rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
  return [
    `${state.toUpperCase()}: ${title}`,
    message,
    table(times),
    table(labels),
    table(values),
    runbook === null ? '' : `What to do: ${runbook}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** One of several alerts. */
function shortText(story: NoticeStory): string {
  const { state, message, runbook } = story;
  return [
    `${state.toUpperCase()}: ${nameOf(story)}`,
    `  ${message}`,
    `  ${whenOf(story)}`,
    ...(runbook === null ? [] : [`  What to do: ${runbook}`]),
  ].join('\n');
}

/** `since 2026-06-01 14:00:00 +02:00, ended …` */
function whenOf({ times }: NoticeStory): string {
  return times.map(([name, value]) => `${name} ${value}`).join('; ');
}

const COLOUR = { critical: '#b3261e', warning: '#8a5a00', info: '#1f5fa8', resolved: '#1e6b3a' } as const;
const QUIET = 'color:#5f5f5f';

/** One column that fits a phone; all style inline, as mail programs drop the rest. */
function htmlOf({ stories, headline, omitted, next, footer }: Parts): string {
  const [only] = stories;
  const body =
    stories.length === 1 && only !== undefined
      ? [singleHtml(only)]
      : [
          `<p style="margin:0 0 14px;font-weight:700">${escapeHtml(headline)}</p>`,
          ...stories.map(shortHtml),
          ...(omitted === 0 ? [] : [`<p style="margin:0 0 14px">and ${omitted} more</p>`]),
        ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"></head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font:16px/1.45 -apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto">
${[...body, ...paragraph(next, '')].join('\n')}
${paragraph(footer, `${QUIET};font-size:13px`).join('')}
</div></body></html>
`;
}

function paragraph(lines: readonly string[], style: string): string[] {
  return lines.length === 0 ? [] : [`<p style="${style}">${lines.map(escapeHtml).join('<br>')}</p>`];
}

function singleHtml(story: NoticeStory): string {
  const { tone, title, message, labels, times, values } = story;
  return `${stateHtml(story)}
<h1 style="margin:2px 0 10px;font-size:21px;line-height:1.25">${escapeHtml(title)}</h1>
<p style="margin:0 0 14px;padding:10px 12px;border-left:4px solid ${COLOUR[tone]};background:#f6f6f6">${escapeHtml(message)}</p>
${[times, labels, values].map(tableHtml).join('')}${runbookHtml(story)}`;
}

function shortHtml(story: NoticeStory): string {
  const { tone, message } = story;
  return `<div style="margin:0 0 14px;padding:2px 0 2px 12px;border-left:4px solid ${COLOUR[tone]}">${stateHtml(story)}
<p style="margin:0;font-weight:600">${escapeHtml(nameOf(story))}</p>
<p style="margin:0">${escapeHtml(message)}</p>
<p style="margin:0;${QUIET};font-size:13px">${escapeHtml(whenOf(story))}</p>${runbookHtml(story)}</div>`;
}

function stateHtml({ state, tone }: NoticeStory): string {
  return `<p style="margin:0;color:${COLOUR[tone]};font-size:13px;font-weight:700;letter-spacing:.05em;text-transform:uppercase">${escapeHtml(state)}</p>`;
}

/** A link only where it leads to a page; what else a rule says is text. */
function runbookHtml({ runbook }: NoticeStory): string {
  if (runbook === null) return '';
  if (!/^https?:\/\//.test(runbook)) return `\n<p style="margin:0">What to do: ${escapeHtml(runbook)}</p>`;
  return `\n<p style="margin:0"><a href="${escapeHtml(runbook)}" style="color:#1f5fa8;font-weight:600">What to do</a></p>`;
}

function tableHtml(rows: Rows): string {
  if (rows.length === 0) return '';
  const cells = rows.map(
    ([name, value]) =>
      `<tr><td style="padding:2px 14px 2px 0;${QUIET};vertical-align:top">${escapeHtml(name)}</td><td style="padding:2px 0;font-weight:600">${escapeHtml(value)}</td></tr>`,
  );
  return `<table role="presentation" style="border-collapse:collapse;margin:0 0 12px">${cells.join('')}</table>\n`;
}
