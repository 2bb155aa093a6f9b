/** What keeps a text from being YAML, in go-yaml's words. */
export class YamlError extends Error {
  constructor(
    readonly problem: string,
    /** As go-yaml counts; 0: it names none. */
    readonly line: number,
    /** Where in the text it is best shown. */
    readonly at: number,
  ) {
    super(line > 0 ? `line ${line}: ${problem}` : problem);
    this.name = 'YamlError';
  }
}
