import type { Delivery } from './notice.js';
import { type NoticeStory, noticeStory } from './notice-story.js';
import { escapeHtml, shorten } from './plain-text.js';

/** A mail as it is read: the same at every attempt. */
export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Longer subjects are cut by phones, and by some servers. */
const SUBJECT_CHARS_MAX = 200;

export function mailContent({ notice }: Delivery, timezone: string): MailContent {
  const stories = notice.alerts.map((alert) => noticeStory(notice.kind, alert, timezone));
  const footer = [
    ...(notice.late ? ['This notice is late: it tells of something that happened a while ago.'] : []),
    `Sent by Tocsin on ${notice.gateway}, rule ${notice.alerts.map(({ event }) => event.rule).join(', ')}.`,
  ];
  return {
    subject: shorten(stories.map(subjectOf).join('; '), SUBJECT_CHARS_MAX),
    text: `${[...stories.map(textOf), footer.join('\n')].join('\n\n')}\n`,
    html: htmlPage(stories, footer),
  };
}

/** `[critical] Press overheating: l1, m1` */
function subjectOf({ state, title, place }: NoticeStory): string {
  return `[${state}] ${title}${place === '' ? '' : `: ${place}`}`;
}

function textOf(story: NoticeStory): string {
  const { state, title, message, labels, times, values, runbook } = story;
  const rows = [...labels, ...times, ...values];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = (entries: NoticeStory['labels']) =>
    entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
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

const COLOUR = { critical: '#b3261e', warning: '#8a5a00', info: '#1f5fa8', resolved: '#1e6b3a' } as const;

/** One column that fits a phone; all style inline, as mail programs drop the rest. */
function htmlPage(stories: readonly NoticeStory[], footer: readonly string[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"></head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font:16px/1.45 -apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto">
${stories.map(htmlOf).join('\n')}
<p style="color:#5f5f5f;font-size:13px">${footer.map(escapeHtml).join('<br>')}</p>
</div></body></html>
`;
}

function htmlOf({ state, tone, title, message, labels, times, values, runbook }: NoticeStory): string {
  const link =
    runbook === null
      ? ''
      : `\n<p><a href="${escapeHtml(runbook)}" style="color:#1f5fa8;font-weight:600">What to do</a></p>`;
  return `<p style="margin:0;color:${COLOUR[tone]};font-size:13px;font-weight:700;letter-spacing:.05em;text-transform:uppercase">${escapeHtml(state)}</p>
<h1 style="margin:2px 0 10px;font-size:21px;line-height:1.25">${escapeHtml(title)}</h1>
<p style="margin:0 0 14px;padding:10px 12px;border-left:4px solid ${COLOUR[tone]};background:#f6f6f6">${escapeHtml(message)}</p>
${[times, labels, values].map(htmlTable).join('')}${link}`;
}

function htmlTable(rows: NoticeStory['labels']): string {
  if (rows.length === 0) return '';
  const cells = rows.map(
    ([name, value]) =>
      `<tr><td style="padding:2px 14px 2px 0;color:#5f5f5f;vertical-align:top">${escapeHtml(name)}</td><td style="padding:2px 0;font-weight:600">${escapeHtml(value)}</td></tr>`,
  );
  return `<table role="presentation" style="border-collapse:collapse;margin:0 0 12px">${cells.join('')}</table>\n`;
}
