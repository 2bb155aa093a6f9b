import { openApiSchemas } from '../api';
import { notAcceptable } from './status';
import { resources, type Resource } from './resources';

const nameOf = (groupVersion: string): string => `${groupVersion.includes('/') ? 'apis' : 'api'}/${groupVersion}`;

/** `/openapi/v3`: where the documents of the groups and versions are. */
export const openApiIndex = {
  paths: Object.fromEntries(
    [...new Set(resources.map((resource) => resource.groupVersion))].map((groupVersion) => {
      const name = nameOf(groupVersion);
      return [name, { serverRelativeURL: `/openapi/v3/${name}` }];
    }),
  ),
};

const stringType = { type: 'string', uniqueItems: true };
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: unknown;
}

const parameter = (name: string): Parameter => ({ name, in: 'query', schema: stringType });
const about = { title: 'Kubernetes', version: 'v1.36.2' };

/** The one operation that clients look for: whether a patch takes fieldValidation. */
function patchPath({
  groupVersion,
  group,
  version,
  kind,
  plural,
  namespaced,
}: Resource): [string, { patch: { parameters: Parameter[]; [key: string]: unknown } }] {
  const path = `/${nameOf(groupVersion)}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`;
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(parameter);
  return [path, { patch: { parameters, 'x-kubernetes-action': 'patch', 'x-kubernetes-group-version-kind': { group, kind, version } } }];
}

/** What a schema of OpenAPI 3 is in Swagger 2.0: definitions stand elsewhere, and a reference has no `allOf` around it. */
function asSwagger(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSwagger);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).flatMap(([key, field]): [string, unknown][] => {
    // Properties of these names are no arrays and no texts.
    if (key === 'allOf' && Array.isArray(field)) return Object.entries(asSwagger(field[0]) as object);
    if (key === '$ref' && typeof field === 'string') return [[key, field.replace('#/components/schemas/', '#/definitions/')]];
    return [[key, asSwagger(field)]];
  });
  return Object.fromEntries(fields);
}

/** `/openapi/v2`, in JSON: of who wants nothing but protobuf, which is not spoken here, it is refused. */
export async function swagger(accept: string | undefined): Promise<unknown> {
  if (accept !== undefined && !/json|\*\/\*|application\/\*/.test(accept)) throw notAcceptable(['application/json']);
  const groupVersions = [...new Set(resources.map((resource) => resource.groupVersion))];
  const definitions: Record<string, unknown> = {};
  for (const groupVersion of groupVersions) Object.assign(definitions, asSwagger(await openApiSchemas(groupVersion)));
  const paths = resources
    .filter((resource) => resource.verbs.includes('patch'))
    .map(patchPath)
    .map(([path, { patch }]) => [
      path,
      { patch: { ...patch, parameters: patch.parameters.map(({ name }) => ({ name, in: 'query', ...stringType })) } },
    ]);
  return { swagger: '2.0', info: about, paths: Object.fromEntries(paths) as unknown, definitions };
}

/** `/openapi/v3/api/v1`, `/openapi/v3/apis/apps/v1`; undefined for others. */
export async function openApiDocument(path: string): Promise<unknown> {
  const groupVersion = /^\/openapi\/v3\/(?:api\/([^/]+)|apis\/([^/]+\/[^/]+))$/.exec(path)?.slice(1).find(Boolean);
  const served = resources.filter((resource) => resource.groupVersion === groupVersion);
  if (groupVersion === undefined || served.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: about,
    paths: Object.fromEntries(served.filter((resource) => resource.verbs.includes('patch')).map(patchPath)),
    components: { schemas: await openApiSchemas(groupVersion) },
  };
}
