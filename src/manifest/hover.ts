import type { Descriptions, PathStep } from '../kube/api';
import type { Hover } from './diagnostic';
import { readManifest } from './documents';
import { isFields } from './go-json';
import { follow } from './locate';
import { outlineAt, ownerPath } from './outline';
import { declaredAt, gvkOf, shownType } from './schema-path';
import type { Node } from './yaml';

interface Found {
  readonly steps: PathStep[];
  readonly span: { readonly start: number; readonly end: number };
  readonly object: { readonly apiVersion?: unknown; readonly kind?: unknown };
}

/** What the API's documentation says of the field at an offset; undefined where there is none. */
export function hover(text: string, offset: number, descriptions: Descriptions): Hover | undefined {
  const found = inTree(text, offset) ?? inOutline(text, offset);
  if (!found) return undefined;
  const gvk = gvkOf(found.object);
  const declared = declaredAt(gvk, found.steps);
  if (!declared) return undefined;
  const path = shownPath(found.steps);
  // an entry of a map is described by the map
  let inner = found.steps;
  let field = declared;
  while (!field.field && inner.length > 1) {
    inner = inner.slice(0, -1);
    field = declaredAt(gvk, inner) ?? field;
  }
  const description = field.field && field.struct ? descriptions.about(field.struct.name, field.field.name) : '';
  const required = declared.field?.documented === true;
  return { span: found.span, path, type: shownType(declared.type), required, description };
}

/** `spec.containers[].image` */
const shownPath = (steps: readonly PathStep[]): string =>
  steps.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[]`;
    const name = typeof step === 'string' ? step : step.key;
    return text ? `${text}.${name}` : name;
  }, '');

function inTree(text: string, offset: number): Found | undefined {
  for (const { base, root, value } of readManifest(text).documents) {
    if (!root || offset < base + root.start || offset > base + root.end) continue;
    let steps: PathStep[] = [];
    let object = isFields(value) ? value : {};
    const at = offset - base;
    for (let node: Node | undefined = root; node;) {
      if (node.kind === 'sequence') {
        const i: number = node.items.findIndex((item) => at >= item.start && at <= item.end);
        if (i < 0) return undefined;
        steps.push(i);
        if (steps.length === 2 && steps[0] === 'items' && object.kind === 'List') {
          const item: unknown = Array.isArray(object.items) ? object.items[i] : undefined;
          object = isFields(item) ? item : {};
          steps = [];
        }
        node = node.items[i];
        continue;
      }
      if (node.kind !== 'mapping') return undefined;
      const entry: (typeof node.entries)[number] | undefined = node.entries.find(
        ({ key, value: inner }) => at >= key.start && at <= Math.max(key.end, inner.end),
      );
      if (entry?.key.kind !== 'scalar') return undefined;
      const { key } = entry;
      const inner = follow(entry.value);
      steps.push(key.text);
      if (at <= key.end) return { steps, span: { start: base + key.start, end: base + key.end }, object };
      if (entry.value.kind === 'alias' || inner.kind === 'scalar') {
        const { start, end } = entry.value;
        return at < start || end <= start ? undefined : { steps, span: { start: base + start, end: base + end }, object };
      }
      node = entry.value;
    }
  }
  return undefined;
}

function inOutline(text: string, offset: number): Found | undefined {
  const outline = outlineAt(text, offset);
  const line = outline.lines[outline.at];
  if (line?.key === undefined) return undefined;
  const start = line.start + line.column;
  const end = start + line.text.slice(line.column).search(/\s*:(\s|$)/);
  const value = line.text.slice(line.valueColumn).trimEnd();
  const onKey = offset >= start && offset <= end;
  const onValue = value !== '' && offset >= line.start + line.valueColumn && offset <= line.start + line.valueColumn + value.length;
  if (!onKey && !onValue) return undefined;
  const owner = ownerPath(outline, outline.at, line.column, line.dashes);
  if (!owner) return undefined;
  const from = line.start + line.valueColumn;
  return {
    steps: [...owner, line.key],
    span: onKey ? { start, end } : { start: from, end: from + value.length },
    object: outline,
  };
}
