import { ApiError, isFields, ownValue, setOwn, type KubeObject, type ManagedFieldsEntry } from '../../api';
import { encodeOwners, entryOf, isBy, ownable, ownersOf, type Owner, type Writer } from '../managed-fields';
import { children, common, difference, fieldsOf, keyElement, minus, readable, union, type PathSet } from './field-paths';
import { child } from './field-paths';
import { fieldRule, itemRule, rootRule, type FieldRule } from './schema';

type Fields = Record<string, unknown>;

const elementOf = (item: unknown, rule: FieldRule): string => (rule.keys ? keyElement(item, rule.keys) : `v:${JSON.stringify(item)}`);

function mergeLists(live: unknown[], applied: unknown[], rule: FieldRule): unknown[] {
  const merged = new Map(live.map((item) => [elementOf(item, rule), item]));
  for (const item of applied) {
    const element = elementOf(item, rule);
    merged.set(element, rule.keys ? merge(merged.get(element), item, itemRule(rule)) : item);
  }
  return [...merged.values()];
}

/** `applied` over `live`: what it does not name stays. */
function merge(live: unknown, applied: unknown, rule: FieldRule): unknown {
  if (live === undefined || live === null || rule.atomic) return applied;
  if (Array.isArray(live) && Array.isArray(applied)) return rule.keys || rule.set ? mergeLists(live, applied, rule) : applied;
  if (!isFields(live) || !isFields(applied)) return applied;
  const result: Fields = { ...live };
  for (const [name, value] of Object.entries(applied)) setOwn(result, name, merge(ownValue(live, name), value, fieldRule(rule.type, name)));
  return result;
}

/** Without the fields at `gone`, and without what is empty for their going. */
function prune(value: unknown, rule: FieldRule, path: string, gone: PathSet): unknown {
  const parts = children(value, rule);
  if (!parts) return value;
  const keep = (element: string): boolean => !gone.has(child(path, element));
  if (Array.isArray(value)) {
    return value
      .filter((item) => keep(elementOf(item, rule)))
      .map((item: unknown) => (rule.keys ? prune(item, itemRule(rule), child(path, elementOf(item, rule)), gone) : item));
  }
  const result: Fields = {};
  for (const [element, part] of parts) {
    if (!keep(element)) continue;
    const left = prune(part.value, part.rule, child(path, element), gone);
    const emptied = isFields(left) && Object.keys(left).length === 0 && isFields(part.value) && Object.keys(part.value).length > 0;
    if (!emptied) result[element.slice(2)] = left;
  }
  return result;
}

function conflictError(conflicts: readonly { owner: Owner; fields: PathSet }[]): ApiError {
  const named = conflicts.flatMap(({ owner, fields }) => {
    const { manager, apiVersion, subresource, operation } = owner.entry;
    const using = operation === 'Update' ? ` using ${apiVersion}` : '';
    const who = `"${manager}"${subresource ? ` with subresource "${subresource}"` : ''}${using}`;
    return [...fields].sort().map((path) => ({ who, field: readable(path) }));
  });
  const count = named.length;
  const groups = new Map<string, string[]>();
  for (const { who, field } of named) groups.set(who, [...(groups.get(who) ?? []), field]);
  const lines = [...groups].map(([who, fields]) =>
    fields.length === 1 && groups.size === 1
      ? `conflict with ${who}: ${fields[0]}`
      : `conflicts with ${who}:\n${fields.map((field) => `- ${field}`).join('\n')}`,
  );
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `Apply failed with ${count} ${count === 1 ? 'conflict' : 'conflicts'}: ${lines.join('\n')}`,
    reason: 'Conflict',
    details: { causes: named.map(({ who, field }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })) },
    code: 409,
  });
}

export interface Applied {
  readonly object: KubeObject;
  readonly managed: ManagedFieldsEntry[] | undefined;
}

/** Server-side apply of `config` on `live`. Throws the 409 when another manager owns a field it changes, unless forced. */
export function serverSideApply(live: KubeObject, config: KubeObject, writer: Writer, force: boolean): Applied {
  const root = rootRule(live);
  const applied = ownable(fieldsOf(config, root), live, writer.subresource);
  const owners = ownersOf(live);
  const mine = owners.find(({ entry }) => isBy(entry, writer, 'Apply'));
  const others = owners.filter((owner) => owner !== mine);
  const ownedByOthers = others.reduce<PathSet>((all, { fields }) => union(all, fields), new Set());
  const merged = merge(live, config, root) as KubeObject;
  const dropped = mine ? minus(minus(mine.fields, applied), ownedByOthers) : new Set<string>();
  const result = prune(merged, root, '', dropped) as KubeObject;
  const changes = difference(live, result, root);
  const changed = common(union(changes.added, changes.modified), applied);
  const conflicts = others.map((owner) => ({ owner, fields: common(owner.fields, changed) })).filter(({ fields }) => fields.size > 0);
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);
  const rest = others.map(({ entry, fields }): Owner => ({ entry, fields: minus(minus(fields, changed), changes.removed) }));
  const same = mine && mine.fields.size === applied.size && [...applied].every((path) => mine.fields.has(path));
  const entry = same ? mine.entry : entryOf(writer, 'Apply', applied);
  return { object: result, managed: encodeOwners([...rest, { entry, fields: applied }]) };
}
