import { type KubeObject, lines } from '../../kube/api';
import type { Command, Invocation } from '../command';
import { humanDuration } from '../duration';
import { failure, refusal } from '../errors';
import { objectFormats, objectPrinter, outputFlags } from '../printers';
import { listInChunks, splitPair } from '../resources';
import { RowWriter } from '../tabwriter';
import { textAt } from '../value';
import { readFile } from '../files';

export const events: Command = {
  use: `events [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]`,
  short: 'List events',
  group: 'trouble',
  long: `Display events.

 Prints a table of the most important information about events. You can ask for a namespace's events, or those of one object.`,
  example: `  # List recent events in the default namespace
  kubectl events
  
  # List recent events for a pod, then wait for more
  kubectl events --for pod/web-pod-13je7 --watch
  
  # List only warnings
  kubectl events --types=Warning`,
  flags: [
    { name: 'all-namespaces', short: 'A', kind: 'bool', usage: 'If present, list the events of all namespaces.' },
    { name: 'chunk-size', kind: 'int', value: '500', usage: 'Ask for large lists in chunks of this size.' },
    { name: 'for', kind: 'string', usage: 'Filter events to only those pertaining to the specified resource.' },
    { name: 'no-headers', kind: 'bool', usage: "Don't print headers." },
    ...outputFlags(),
    { name: 'types', kind: 'slice', usage: 'Output only events of given types.' },
    { name: 'watch', short: 'w', kind: 'bool', usage: 'After listing the requested events, watch for more events.' },
  ],
  run,
};

const lastSeen = (event: KubeObject): number =>
  Date.parse(
    textAt(event, 'series', 'lastObservedTime') ||
      textAt(event, 'lastTimestamp') ||
      textAt(event, 'eventTime') ||
      event.metadata.creationTimestamp ||
      '',
  );

async function run({ k, flags }: Invocation): Promise<number> {
  const types = flags.list('types');
  for (const type of types) {
    if (!['normal', 'warning'].includes(type.toLowerCase())) throw failure(`valid --types are Normal or Warning`);
  }
  const mapper = await k.mapper();
  const mapping = mapper.need('events');
  const allNamespaces = flags.bool('all-namespaces');
  const namespace = allNamespaces ? undefined : await k.namespace();
  const wanted = flags.string('for');
  let fieldSelector: string | undefined;
  if (wanted) {
    const pair = splitPair(wanted);
    if (!pair) throw failure(`--for must be in resource/name form`);
    fieldSelector = `involvedObject.kind=${mapper.resourceFor(pair[0]).kind},involvedObject.name=${pair[1]}`;
  }
  const path = k.path(mapping, namespace);
  const list = await listInChunks(k, path, { fieldSelector }, flags.int('chunk-size'));
  const fits = (event: KubeObject): boolean =>
    types.length === 0 || types.some((type) => type.toLowerCase() === textAt(event, 'type').toLowerCase());
  const found = list.items.filter(fits).sort((a, b) => lastSeen(a) - lastSeen(b));
  const read = (file: string): Promise<string> => readFile(k.proc, file);
  const printer = flags.string('output') ? await objectPrinter(flags, read, objectFormats, true) : undefined;
  const rows = new RowWriter();
  let headed = flags.bool('no-headers');
  const table = (events: readonly KubeObject[]): string => {
    const header = headed ? [] : [[...(allNamespaces ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']];
    headed = true;
    return rows.lines([...header, ...events.map((event) => row(event, allNamespaces, k.proc.clock.now()))]);
  };
  if (found.length === 0 && !flags.bool('watch')) {
    await k.err(allNamespaces ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
    return 0;
  }
  if (printer) {
    const items = found.map((event) => ({ kind: 'Event', apiVersion: 'v1', ...event }));
    // a list of Go objects does not say what its items are, so there are no names of them
    if (!printer.itemwise) await k.out(printer.text({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items } as unknown as KubeObject));
  } else if (found.length > 0) await k.out(table(found));
  if (!flags.bool('watch')) return 0;
  await k.cancellable(async (signal) => {
    const response = await k.send('GET', path, {
      signal,
      query: { fieldSelector, watch: true, resourceVersion: list.resourceVersion, ...k.watchLimit() },
    });
    if (response.status !== 200) throw await refusal(response);
    for await (const line of lines(response.body)) {
      const { type, object } = JSON.parse(line) as { type: string; object: KubeObject };
      if (type === 'DELETED' || type === 'BOOKMARK' || type === 'ERROR' || !fits(object)) continue;
      await k.out(printer ? printer.text(object, mapping) : table([object]));
    }
  });
  return 0;
}

function row(event: KubeObject, withNamespace: boolean, now: number): string[] {
  const since = (time: string): string => (time ? humanDuration(now - Date.parse(time)) : '<unknown>');
  const first = since(textAt(event, 'eventTime') || textAt(event, 'firstTimestamp'));
  const series = Number(textAt(event, 'series', 'count') || '0');
  const count = series || Number(textAt(event, 'count') || '0');
  const last = since(series ? textAt(event, 'series', 'lastObservedTime') : textAt(event, 'lastTimestamp'));
  const age = count > 1 ? `${last} (x${count} over ${first})` : first;
  const object = `${textAt(event, 'involvedObject', 'kind')}/${textAt(event, 'involvedObject', 'name')}`;
  return [
    ...(withNamespace ? [event.metadata.namespace ?? ''] : []),
    age,
    textAt(event, 'type'),
    textAt(event, 'reason'),
    object,
    textAt(event, 'message').trim(),
  ];
}
