/**
 * Every code an issue can carry. Codes are published: they are never renamed or given another meaning.
 * `docs/errors.md` explains each one; a test compares the two.
 */
export const ISSUE_CODES = {
  // Any file of a site: the text itself.
  'unreadable-file': 'The file cannot be read, or is not UTF-8 text.',
  'empty-file': 'The file holds no JSON at all.',
  syntax: 'The text is not JSON (comments and trailing commas aside).',
  'too-deep': 'Lists and objects are nested too deep.',
  'duplicate-key': 'One object has the same key twice.',

  // Any file of a site: keys and values.
  'unknown-key': 'A key that has no meaning here.',
  'missing-key': 'A key that is required is not there.',
  'wrong-type': 'A value of the wrong type.',
  'out-of-range': 'A number or a length outside its bounds.',
  'invalid-value': 'A value that is not one of those possible here.',
  'bad-duration': 'A text that is no duration, or a number where a duration belongs.',
  'bad-name': 'A name or an id that is not formed as names are.',
  'bad-timezone': 'A time zone that does not exist.',
  'empty-list': 'A list or object that needs at least one entry is empty.',

  // Models.
  'unreadable-artefact': 'What a model has learnt is missing or damaged.',
  'bad-labels': 'A file of failures and maintenance that cannot be read as one.',

  // Configuration: who is told.
  'unknown-receiver': 'A receiver that is not in the configuration.',
  'unreachable-route': 'A route that no alert can reach.',
  'nobody-told': 'Alerts of a rule that go to no receiver.',
  'unknown-word': 'A template of a webhook has a word that stands for nothing.',
  'own-topic': 'A receiver publishes where a rule reads: what the program publishes is never its own input.',

  // Configuration: what there is not.
  'not-supported-yet': 'A key that a later version will have.',

  // Configuration: a service that runs.
  'missing-secret': 'A secret of a changed configuration is not where the configuration says.',
  'needs-restart': 'A change that a running service takes up at its next start only.',

  // Rules: names and what they stand for.
  'duplicate-id': 'Two rules of a site have the same id.',
  'unknown-rule': 'A rule that is referred to does not exist.',
  'suppression-cycle': 'Rules suppress each other in a circle.',
  'name-clash': 'One name stands for two things of a rule.',
  'unknown-name': 'A name that stands for nothing.',
  'unknown-label': 'A label that is not there.',
  'no-instance-input': 'No input captures all labels that make an instance.',
  'too-large': 'A rule has more of something than the engine takes.',
  'let-cycle': 'A `let` signal is made of itself.',
  'unknown-view': 'A view that is read does not exist.',
  'unknown-model': 'A model that is read does not exist.',
  'unknown-field': 'A view has no such field, or a model no such output.',
  'broken-source': 'A view or model that is read has errors.',
  'source-cycle': 'Views or models read each other in a circle.',
  'severity-twice': 'A severity beside conditions that have their own.',

  // Rules: what a signal or a condition is.
  'no-subject': 'An object where a signal or condition belongs says nothing of what it is.',
  'two-subjects': 'A signal or condition has two keys that each say what it is.',
  'not-a-signal': 'A condition where a signal belongs.',
  'not-an-input': 'Something else where only an input can stand.',
  'missing-comparator': 'A signal in a condition is compared with nothing.',
  'two-comparators': 'A condition has two comparators.',
  'comparator-alone': 'A comparator has no signal to compare.',
  'comparator-not-allowed': 'A comparator where nothing is compared.',
  'deadband-not-allowed': 'A deadband where there is none to be.',
  'deadband-too-wide': 'A deadband from which the value never comes back.',
  'range-reversed': 'A range whose lower end is above its upper end.',
  'not-constant': 'A signal where only constants can stand.',
  'modifier-taken': 'A modifier whose key the condition needs for itself.',
  'missing-window': 'An aggregate has no window.',
  'bad-window': 'Keys of a window that do not go together.',

  // Functions.
  'bad-function': 'A file of `functions/` that is not one pure function.',

  // Tables.
  'bad-table': 'A file that is no table.',
  'duplicate-table': 'Two files of `tables/` have the same name.',
  'unknown-table': 'A table that is not there, or has errors.',
  'unknown-column': 'A column that a table does not have.',
  'no-key-column': 'No column of a table is called like a label.',

  // Rules: what goes together.
  'kind-mismatch': 'A number, text or boolean where another of these belongs.',
  'pooled-input': 'Something that needs one series, asked of an input that pools several.',
  'not-pooled': '`across` over an input that has one series in each instance.',

  // Rules: expressions, topics, templates.
  'bad-expression': 'A text that is no expression.',
  'unknown-function': 'A function that does not exist, or not here.',
  'wrong-arguments': 'A function called with the wrong arguments.',
  'bad-topic': 'A text that is no topic pattern.',
  'bad-template': 'A message template that cannot be read.',
} as const;

export type IssueCode = keyof typeof ISSUE_CODES;
