/** The library: rules, engine and replay for scripts and notebooks. */
export type { AlertEvent, AlertEventKind, EndReason } from '../rules/alert-event.js';
export { createEngine } from '../rules/create-engine.js';
export type { Command, CommandResult, Engine, Explanation, Plan, Snapshot } from '../rules/engine.js';
export type { Issue } from '../rules/format/issue.js';
export type { JsonValue, Message, Scalar } from '../rules/reading.js';
export type { Rule, Severity } from '../rules/rule.js';
export type { RecordedMessage } from './replay/recorded-message.js';
export { type ReplayOptions, replay } from './replay/replay.js';
export { loadSite as openSite, type Site } from './site/load-site.js';
