import { failure } from '../errors';
import { type Fields, isFields } from '../value';
import { documents } from '../yaml';

const texts = [
  'resources',
  'bases',
  'components',
  'crds',
  'configurations',
  'generators',
  'transformers',
  'validators',
  'patchesStrategicMerge',
];
const known = new Set([
  ...texts, 'apiVersion', 'kind', 'metadata', 'namePrefix', 'nameSuffix', 'namespace', 'commonLabels', 'labels', 'commonAnnotations', 'patches',
  'patchesJson6902', 'images', 'imageTags', 'replicas', 'replacements', 'vars', 'configMapGenerator', 'secretGenerator', 'generatorOptions',
  'helmCharts', 'helmChartInflationGenerator', 'helmGlobals', 'openapi', 'buildMetadata', 'sortOptions', 'inventory',
]); // prettier-ignore

/** What a kustomization file says; throws kustomize's words for one that is none. */
export function kustomizationIn(text: string, name: string, folder: string): Fields {
  let value: unknown;
  try {
    [value] = documents(text);
  } catch (error) {
    throw failure(`invalid Kustomization: ${(error as Error).message.replace('error converting YAML to JSON: ', '')}`);
  }
  if (value === undefined || value === null) throw failure(`${name} is empty`);
  if (!isFields(value)) throw failure('invalid Kustomization: json: cannot unmarshal array into Go value of type types.Kustomization');
  const strange = Object.keys(value).find((field) => !known.has(field));
  if (strange !== undefined) throw failure(`invalid Kustomization: json: unknown field "${strange}"`);
  const word = texts.find((field) => typeof (value as Fields)[field] === 'string');
  if (word)
    throw failure(`invalid Kustomization: json: cannot unmarshal string into Go struct field Kustomization.${word} of type []string`);
  if (value.kind !== undefined && value.kind !== 'Kustomization' && value.kind !== 'Component')
    throw failure(`Failed to read kustomization file under ${folder}:\nkind should be Kustomization or Component`);
  return value;
}

/** How kustomize says that there is no such file. */
export const notFound = (path: string): string => `evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`;
