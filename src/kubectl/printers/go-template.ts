import { failure } from '../errors';

/** Placeholder until the parser of text/template is here. */
export class GoTemplate {
  constructor(
    private readonly template: string,
    readonly allowMissing: boolean,
  ) {
    if (!this.template) throw failure('template format specified but no template given');
  }
  text(_data: unknown): string {
    return this.template;
  }
}
