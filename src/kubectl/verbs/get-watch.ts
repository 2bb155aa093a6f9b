import { type KubeObject, lines } from '../../kube/api';
import type { Invocation } from '../command';
import type { Mapping } from '../discovery';
import { failure, refusal } from '../errors';
import type { ObjectPrinter } from '../printers';
import { type Table, tableAccept, type TablePrinter } from '../printers/table';
import type { Target } from '../resources';
import { sortKeys } from '../value';

/** `get --watch`: prints the object or list and each change of it, by `printer` or else as rows, until it is cancelled. */
export async function watchTarget(
  call: Invocation,
  target: Target,
  rows: TablePrinter,
  printer: ObjectPrinter | undefined,
): Promise<number> {
  const { k, flags } = call;
  const { mapping, namespace } = target;
  if (target.kind !== 'list') await k.json<KubeObject>('GET', k.path(mapping, namespace, target.name));
  const fieldSelector = target.kind === 'list' ? flags.string('field-selector') || undefined : `metadata.name=${target.name}`;
  const selection = { labelSelector: flags.string('selector') || undefined, fieldSelector };
  const accept = printer ? 'application/json' : tableAccept;
  const path = k.path(mapping, namespace);
  const events = flags.bool('output-watch-events');
  const printing = new WatchPrinter(call, mapping, rows, printer, events);
  const initial = await k.json<Table & { items?: KubeObject[] }>('GET', path, { accept, query: selection });
  const resourceVersion = initial.metadata?.resourceVersion;
  if (!flags.bool('watch-only')) await printing.list(initial);
  await k.cancellable(async (signal) => {
    const response = await k.send('GET', path, {
      accept,
      signal,
      query: { ...selection, ...k.watchLimit(), watch: true, resourceVersion },
    });
    if (response.status !== 200) throw await refusal(response);
    for await (const line of lines(response.body)) {
      const event = JSON.parse(line) as { type: string; object: Table & KubeObject };
      if (event.type === 'ERROR') {
        throw failure(
          `an error on the server ("unable to decode an event from the watch stream: ${textOfStatus(event.object)}") has prevented the request from succeeding`,
        );
      }
      if (event.type !== 'BOOKMARK') await printing.event(event.type, event.object);
    }
  });
  return 0;
}

const textOfStatus = (object: unknown): string => String((object as { message?: string }).message ?? '');

class WatchPrinter {
  private columns: Table['columnDefinitions'];
  constructor(
    private readonly call: Invocation,
    private readonly mapping: Mapping,
    private readonly tables: TablePrinter,
    private readonly printer: ObjectPrinter | undefined,
    private readonly events: boolean,
  ) {}

  async list(answer: Table & { items?: KubeObject[] }): Promise<void> {
    const { k } = this.call;
    if (!this.printer) {
      const rows = answer.rows ?? [];
      if (answer.columnDefinitions) this.columns = answer.columnDefinitions;
      if (rows.length > 0) await k.out(this.tables.text(this.shown('ADDED', answer)));
      return;
    }
    for (const item of answer.items ?? []) {
      await this.object('ADDED', { apiVersion: this.mapping.groupVersion, kind: this.mapping.kind, ...item });
    }
  }
  async event(type: string, object: Table & KubeObject): Promise<void> {
    if (this.printer) return this.object(type, object);
    if (object.columnDefinitions && object.columnDefinitions.length > 0) this.columns = object.columnDefinitions;
    return this.call.k.out(this.tables.text(this.shown(type, object)));
  }

  private shown(type: string, table: Table): Table {
    if (!this.events) return { ...table, columnDefinitions: this.columns };
    const columnDefinitions = [{ name: 'Event', type: 'string' }, ...(this.columns ?? [])];
    return { ...table, columnDefinitions, rows: table.rows?.map((row) => ({ ...row, cells: [type, ...row.cells] })) };
  }
  private async object(type: string, object: KubeObject): Promise<void> {
    const { printer } = this;
    const event = { type, object: sortKeys(object) };
    // an event in JSON is on one line
    if (this.events && printer!.format === 'json') return this.call.k.out(`${JSON.stringify(event)}\n`);
    const shown = this.events ? (event as unknown as KubeObject) : object;
    await this.call.k.out(printer!.text(shown, this.mapping));
  }
}
