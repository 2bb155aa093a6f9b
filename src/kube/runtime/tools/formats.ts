/** text/template's function: its arguments in order, the piped one last. */
export type TemplateFunction = (list: readonly unknown[]) => unknown;

/** How the tools print what is asked for in a format of its own; given by whoever has template and YAML engines. */
export interface Formats {
  /** What a Go template makes of `data`. Throws an Error with text/template's words. */
  template(text: string, data: unknown, functions: Readonly<Record<string, TemplateFunction>>): string;
  yaml(value: unknown): string;
  /** The first document of a YAML or JSON text. Throws an Error with the parser's words. */
  parse(text: string): unknown;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The functions that docker's and crictl's templates have besides text/template's own. */
export const templateFunctions: Readonly<Record<string, TemplateFunction>> = {
  json: ([value]) => JSON.stringify(value ?? null),
  lower: ([value]) => text(value).toLowerCase(),
  upper: ([value]) => text(value).toUpperCase(),
  title: ([value]) => text(value).replace(/\b\w/g, (letter) => letter.toUpperCase()),
  join: ([list, separator]) => (list as readonly unknown[]).map(text).join(String(separator)),
  split: ([value, separator]) => text(value).split(String(separator)),
  truncate: ([value, length]) => text(value).slice(0, Number(length)),
  pad: ([value, before, after]) => (value === '' ? '' : ' '.repeat(Number(before)) + text(value) + ' '.repeat(Number(after))),
  println: ([value]) => `${text(value)}\n`,
};
