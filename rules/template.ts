/** A message template, split once: text and placeholders in order. `{{` is already one brace in `text`. */
export interface Template {
  readonly parts: readonly TemplatePart[];
}

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'placeholder';
      /** An input, `let` or label, or `rule`, `severity`, `duration`. */
      readonly name: string;
      readonly format: TemplateFormat;
    };

export type TemplateFormat =
  | { readonly kind: 'default' }
  /** `{temp:.2f}`; 0 to 20 decimals. */
  | { readonly kind: 'fixed'; readonly decimals: number }
  /** `{count:d}` */
  | { readonly kind: 'rounded' };
