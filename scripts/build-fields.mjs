// Writes src/kube/api/generated/: what fields the served kinds have, of which types, and what they are for.
// Types come from @kubernetes/client-node's generated models, required fields, quantities, enums and descriptions from
// kubernetes-models' declarations; only data is read from either. The kinds are those of the server's resource table.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const models = join(root, 'node_modules/@kubernetes/client-node/dist/gen/models');
const declarations = [join(root, 'node_modules/kubernetes-models'), join(root, 'node_modules/@kubernetes-models/apimachinery')];
const out = join(root, 'src/kube/api/generated');
const sources = [fileURLToPath(import.meta.url), join(root, 'src/kube/server/resource-table.ts')];

const upToDate = () => {
  try {
    const made = Math.min(...['types.ts', 'descriptions.ts'].map((file) => statSync(join(out, file)).mtimeMs));
    return [...sources, ...declarations.map((dir) => join(dir, 'package.json')), join(models, '..', '..', '..', 'package.json')].every(
      (file) => statSync(file).mtimeMs < made,
    );
  } catch {
    return false;
  }
};
if (upToDate() && !process.argv.includes('--force')) process.exit(0);

/** `V1Pod`, `CoreV1Event`: the words of a model's name. */
const modelName = /^([A-Z][a-z]+)?(V\d+(?:(?:alpha|beta)\d+)?)([A-Z]\w*)$/;
const attributes = new Map();
for (const file of readdirSync(models)) {
  if (!file.endsWith('.js')) continue;
  const map = /attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(readFileSync(join(models, file), 'utf8'));
  if (map) attributes.set(file.slice(0, -3), JSON.parse(map[1]));
}

/** `v1.Pod`; where two groups have a type of one name, the group's first word stands before it: `events:v1.Event`. */
const goName = (model) => {
  const [, group, version, name] = modelName.exec(model);
  return `${group ? `${group.toLowerCase()}:` : ''}${version.toLowerCase()}.${name}`;
};
const groupWord = (group) => {
  const word = (group || 'core').split('.')[0];
  return word[0].toUpperCase() + word.slice(1);
};
const modelOf = (group, version, kind) => {
  const tail = version[0].toUpperCase() + version.slice(1) + kind;
  return [`${groupWord(group)}${tail}`, tail].find((name) => attributes.has(name));
};

/** Declarations by model name. */
const declared = new Map();
const text = (comment) =>
  comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
function readDeclaration(file, name, group) {
  const source = readFileSync(file, 'utf8');
  const found = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?export (?:interface|type) I\w+[^{]*\{\n([\s\S]*?)\n\}/.exec(source);
  if (!found) return;
  const fields = new Map();
  const field = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?"([^"]+)"(\?)?: ((?:\{[^}]*\}|[^;{])+);/g;
  for (const [, about, key, optional, type] of found[2].matchAll(field)) {
    fields.set(key, { about: text(about ?? ''), required: !optional, type: type.replace(/\s+/g, ' ') });
  }
  declared.set(name, { about: text(found[1] ?? ''), fields, group });
}
function readDeclarations(dir, group = 'core') {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.isDirectory() && !entry.name.startsWith('_') && entry.name !== 'node_modules') {
      readDeclarations(join(dir, entry.name), /^v\d/.test(entry.name) ? group : entry.name);
    } else if (entry.name.endsWith('.d.ts') && /\/v\d[^/]*$/.test(dir)) {
      const version = dir.slice(dir.lastIndexOf('/') + 1);
      const tail = version[0].toUpperCase() + version.slice(1) + entry.name.slice(0, -5);
      const name = [`${groupWord(group)}${tail}`, tail].find((candidate) => attributes.has(candidate));
      // A package's own types win over the shared ones of apimachinery, which are read last.
      if (name && !declared.has(name)) readDeclaration(join(dir, entry.name), name, group);
    }
  }
}
for (const dir of declarations) readDeclarations(dir);

/** What client-node says of apiVersion and kind, which kubernetes-models leaves without a word. */
const ofTypeMeta = readFileSync(join(models, 'V1Secret.d.ts'), 'utf8');
const typeMeta = Object.fromEntries(
  ['apiVersion', 'kind'].map((name) => [name, text(new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*'${name}'`).exec(ofTypeMeta)[1])]),
);

const scalars = {
  'number int32': 'int32',
  'number int64': 'int64',
  'number double': 'float64',
  'string byte': '[]uint8',
  'Date date-time': 'v1.Time',
  'V1MicroTime date-time-micro': 'v1.MicroTime',
  'IntOrString int-or-string': 'intstr.IntOrString',
  IntOrString: 'intstr.IntOrString',
  string: 'string',
  boolean: 'bool',
  any: 'runtime.RawExtension',
  object: 'runtime.RawExtension',
};
const reached = new Set();
const queue = [];
const reach = (model) => {
  if (reached.has(model)) return;
  reached.add(model);
  queue.push(model);
};
function goType(type, format, isQuantity) {
  const list = /^Array<(.*)>$/.exec(type);
  if (list) return `[]${goType(list[1], format, isQuantity)}`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return `map[string]${goType(map[1], format, isQuantity)}`;
  if (type === 'string' && isQuantity) return 'resource.Quantity';
  const scalar = scalars[format ? `${type} ${format}` : type] ?? scalars[type];
  if (scalar) return scalar;
  if (!attributes.has(type)) throw new Error(`unknown type ${type} ${format}`);
  reach(type);
  return goName(type);
}

const kinds = [];
const table = readFileSync(sources[1], 'utf8');
for (const line of table
  .slice(table.indexOf('`\n') + 2, table.lastIndexOf('`'))
  .trim()
  .split('\n')) {
  const [groupVersion, , kind, , , , , ...subresources] = line.split(' ');
  const own = [groupVersion, kind];
  const others = subresources.map((sub) => sub.split('=')[1].split(':')[0].split('/'));
  for (const [gv, name] of [own, ...others.filter((o) => o.length === 3).map(([g, v, k]) => [`${g}/${v}`, k])]) {
    const [group, version] = gv.includes('/') ? gv.split('/') : ['', gv];
    const model = modelOf(group, version, name);
    if (!model) throw new Error(`no model for ${gv} ${name}`);
    const entry = `${gv} ${name} ${goName(model)}`;
    if (!kinds.includes(entry)) kinds.push(entry);
    reach(model);
  }
}

const packageRoots = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  apiregistration: 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
};
const types = [];
const descriptions = {};
const enums = {};
const packages = {};
for (let model = queue.shift(); model; model = queue.shift()) {
  const declaration = declared.get(model);
  const name = goName(model);
  const about = { '': declaration?.about ?? '' };
  const fields = attributes.get(model).map(({ baseName, type, format }) => {
    const more = declaration?.fields.get(baseName);
    const words = more?.about || (declaration?.fields.has('kind') ? typeMeta[baseName] : '');
    if (words) about[baseName] = words;
    const union = /^(?:Array<)?\(?"[^"]*"(?: \| "[^"]*")*\)?>?$/.test(more?.type ?? '') ? more.type : '';
    const values = [...union.matchAll(/"([^"]*)"/g)].map((match) => match[1]);
    if (values.length > 0 && baseName !== 'apiVersion' && baseName !== 'kind') (enums[name] ??= {})[baseName] = values;
    const required = more?.required && baseName !== 'apiVersion' && baseName !== 'kind' ? '!' : '';
    return `${required}${baseName} ${goType(type, format, /Quantity/.test(more?.type ?? ''))}`;
  });
  types.push(`${name}|${fields.join('|')}`);
  descriptions[name] = about;
  // As OpenAPI names definitions.
  const [, , version] = modelName.exec(model);
  const group = (declaration?.group ?? 'core').replace(/\.k8s\.io$/, '').split('.')[0];
  packages[name] = `${packageRoots[group] ?? `io.k8s.api.${group}`}.${version.toLowerCase()}`;
  if (!declaration) console.warn(`no declaration of ${model}`);
}

mkdirSync(out, { recursive: true });
const literal = (value) => JSON.stringify(value).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
const head = '// Generated by scripts/build-fields.mjs.\n';
writeFileSync(
  join(out, 'types.ts'),
  `${head}/** \`group/version Kind type\`, one a line. */
export const kinds: string = ${literal(kinds.join('\n'))};
/** \`type|field type|!required type\`, one a line. */
export const types: string = ${literal(types.sort().join('\n'))};
`,
);
writeFileSync(
  join(out, 'descriptions.ts'),
  `${head}/** By type, then by field; the type's own under the empty name. */
export const descriptions = JSON.parse(${literal(JSON.stringify(descriptions))}) as Readonly<Record<string, Readonly<Record<string, string>>>>;
/** OpenAPI's package of a type. */
export const packages = JSON.parse(${literal(JSON.stringify(packages))}) as Readonly<Record<string, string>>;
export const enums = JSON.parse(${literal(JSON.stringify(enums))}) as Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
`,
);
console.log(`${kinds.length} kinds, ${types.length} types`);
