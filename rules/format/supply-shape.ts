import { z } from 'zod';
import { duration, formedText, text, wholeNumber } from './fields.js';
import { id, name } from './rule-shape.js';
import { slot } from './slot.js';

/** The keys that view and model files have in common with each other, and with rules. */
const common = {
  title: text('A short name for people.').optional(),
  description: text('What it is for.').optional(),
  inputs: slot('inputs', 'What it reads: name → topic pattern, or an object with more.'),
  groupBy: z
    .array(name('A label captured by the inputs.'))
    .meta({ description: 'Labels that make an instance; by default all that the inputs capture.' })
    .optional(),
  let: slot('lets', 'Signals with names of their own.').optional(),
  forgetAfter: duration('An instance without readings for this long ends.').prefault('30d'),
  maxInstances: wholeNumber('How many instances there can be.', { min: 1, max: 1_000_000 }).prefault(10_000),
};

/** The keys of a view. */
export const viewShape = z.strictObject({
  id: id('Names the view; unique among the views of the site.'),
  ...common,
  every: duration('The row is taken at multiples of this; by default at every change.').optional(),
  emit: slot('emit', 'The fields of a row: name → signal.'),
  publish: text('A topic where rows are published; {label} stands for a label of the row.').optional(),
});

/** A file with several views. */
export const viewFileShape = z.strictObject({
  $schema: text('The JSON Schema of view files, for editors.').optional(),
  views: slot('views', 'The views.'),
});

const CRON = /^\S+(\s+\S+){4}$/;

/** The keys of a model, whatever its kind. */
export const modelShape = z.strictObject({
  id: id('Names the model; unique among the models of the site.'),
  kind: z.string().meta({ description: 'What kind of model it is.' }),
  ...common,
  features: z
    .array(name('An input or `let` signal.'))
    .min(1)
    .meta({ description: 'What is scored, in this order; by default every input and `let` signal.' })
    .optional(),
  every: duration('It scores at this interval; by default at every reading of a feature.').optional(),
  train: z
    .strictObject({
      history: duration('How far back it learns from.').optional(),
      schedule: formedText(
        'When it is trained again, as cron writes times, in the time zone of the site.',
        CRON,
        'five fields such as "0 3 * * *"',
        'invalid-value',
      ).optional(),
    })
    .meta({ description: 'How it is trained.' })
    .optional(),
});
