import type { KubeObject } from '../../kube/api';
import { CommandError, failure } from '../errors';
import type { Flags } from '../flags';
import { RowWriter } from '../tabwriter';
import type { ObjectPrinter } from './index';
import { JsonPath, JsonPathError, relaxed, valueText } from './jsonpath';

/** `NAME:.metadata.name,IMAGE:.spec.containers[*].image` */
export class CustomColumns implements ObjectPrinter {
  readonly format = 'custom-columns';
  readonly itemwise = true;
  private readonly columns: readonly Column[];
  private readonly rows = new RowWriter();
  private headed: boolean;

  constructor(spec: string, file: boolean, flags: Flags) {
    this.columns = file ? fromTemplate(spec) : fromSpec(spec);
    this.headed = flags.has('no-headers') && flags.bool('no-headers');
  }

  private paths(header: readonly string[][]): JsonPath[] {
    try {
      return this.columns.map(({ expression }) => new JsonPath(expression, true));
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      throw new CommandError(`error: ${error.message}`, 1, this.rows.lines(header));
    }
  }

  text(object: KubeObject): string {
    return this.lines([object]);
  }
  lines(objects: readonly KubeObject[]): string {
    const lines: string[][] = this.headed ? [] : [this.columns.map((column) => column.header)];
    this.headed = true;
    // an expression that cannot be read is found when there is something to print, after the headers
    const paths = this.paths(lines);
    try {
      for (const object of objects) lines.push(paths.map((path) => cell(path, object)));
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      throw new CommandError(`error: ${error.message}`, 1, this.rows.lines(lines));
    }
    return this.rows.lines(lines);
  }
}

interface Column {
  readonly header: string;
  readonly expression: string;
}

function cell(path: JsonPath, object: KubeObject): string {
  const values = path.find(object).flat();
  return values.length === 0 ? '<none>' : values.map((value) => (value === null ? '<nil>' : columnText(value))).join(',');
}

const columnText = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? `[${value.map(columnText).join(' ')}]`
      : `map[${Object.keys(value)
          .sort()
          .map((key) => `${key}:${columnText((value as Record<string, unknown>)[key])}`)
          .join(' ')}]`
    : valueText(value);

function fromSpec(spec: string): Column[] {
  return spec.split(/,(?![^[]*\])/).map((column) => {
    const colon = column.indexOf(':');
    if (colon < 0) throw failure(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`);
    return { header: column.slice(0, colon), expression: expressionOf(column.slice(colon + 1)) };
  });
}

function fromTemplate(text: string): Column[] {
  const [headers, paths] = text.split('\n').map((line) => line.trim().split(/\s+/).filter(Boolean));
  if (!headers || headers.length === 0)
    throw failure(
      'invalid template, missing header line. Expected format is one line of space separated headers, one line of space separated column specs.',
    );
  if (!paths || paths.length === 0)
    throw failure(
      'invalid template, missing spec line. Expected format is one line of space separated headers, one line of space separated column specs.',
    );
  if (!paths || paths.length !== headers.length)
    throw failure(`number of headers (${headers.length}) and field specifications (${paths?.length ?? 0}) don't match`);
  return headers.map((header, i) => ({ header, expression: expressionOf(paths[i]!) }));
}

function expressionOf(expression: string): string {
  try {
    return relaxed(expression);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw failure(error.message);
  }
}
