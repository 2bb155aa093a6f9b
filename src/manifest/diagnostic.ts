/** Half-open, in UTF-16 units from the start of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Our own words, in the languages of the page. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A change of the text that mends what a diagnostic found. Edits do not overlap. */
export interface Fix {
  readonly title: Words;
  readonly edits: readonly TextEdit[];
}

/** Something found in a manifest's text. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'hint';
  /** What is underlined; never empty unless the text is. */
  readonly span: Span;
  /** Exactly what `kubectl apply -f FILE` would print of it; of advice, which no server gives: the English words. */
  readonly message: string;
  /** Who would say it: kubectl before it asks, the API server, or only we (advice). */
  readonly source: 'kubectl' | 'server' | 'advice';
  /** As the server names it: `spec.containers[0].image`. */
  readonly field?: string;
  /** The broken rule, in kebab-case. */
  readonly rule?: string;
  readonly plain?: Words;
  readonly fix?: Fix;
  /** Another place that has to do with it, such as the volume a mount could have meant. */
  readonly related?: { readonly span: Span; readonly label: Words };
}

export interface Hover {
  readonly span: Span;
  /** `spec.containers[].imagePullPolicy` */
  readonly path: string;
  /** `string`, `[]Container`, `map[string]string`. */
  readonly type: string;
  readonly required: boolean;
  /** As the API's documentation describes the field. */
  readonly description: string;
}

export interface Completion {
  readonly label: string;
  /** Replaces `span`. */
  readonly insert: string;
  readonly span: Span;
  readonly kind: 'field' | 'value' | 'snippet';
  readonly detail?: string;
  readonly documentation?: string;
}
