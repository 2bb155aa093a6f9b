import { openApiSchemas } from '../api';
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

const parameter = (name: string): object => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });

/** The one operation that clients look for: whether a patch takes fieldValidation. */
function patchPath({ groupVersion, group, version, kind, plural, namespaced }: Resource): [string, unknown] {
  const path = `/${nameOf(groupVersion)}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`;
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(parameter);
  return [path, { patch: { parameters, 'x-kubernetes-action': 'patch', 'x-kubernetes-group-version-kind': { group, kind, version } } }];
}

/** `/openapi/v3/api/v1`, `/openapi/v3/apis/apps/v1`; undefined for others. */
export async function openApiDocument(path: string): Promise<unknown> {
  const groupVersion = /^\/openapi\/v3\/(?:api\/([^/]+)|apis\/([^/]+\/[^/]+))$/.exec(path)?.slice(1).find(Boolean);
  const served = resources.filter((resource) => resource.groupVersion === groupVersion);
  if (groupVersion === undefined || served.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.2' },
    paths: Object.fromEntries(served.filter((resource) => resource.verbs.includes('patch')).map(patchPath)),
    components: { schemas: await openApiSchemas(groupVersion) },
  };
}
