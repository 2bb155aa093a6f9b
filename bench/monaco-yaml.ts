import { initialized } from './monaco-worker';
import { openApiSchemas } from '../src/kube/api';
import 'monaco-yaml/yaml.worker.js';

interface Worker {
  doValidation(uri: string): Promise<{ message: string }[]>;
}

/** monaco-yaml's own worker, without Monaco and a browser: checks texts against the schema of a Pod that the API server publishes. */
export async function monacoYaml(): Promise<(text: string) => Promise<{ message: string }[]>> {
  const definitions = JSON.parse(
    JSON.stringify(await openApiSchemas('v1')).replaceAll('#/components/schemas/', '#/definitions/'),
  ) as object;
  const uri = 'file:///pod.yaml';
  let text = '';
  let version = 0;
  const context = { getMirrorModels: () => [{ uri, version, getValue: () => text }] };
  const schema = { $ref: '#/definitions/io.k8s.api.core.v1.Pod', definitions };
  const schemas = [{ uri: 'file:///pod.json', fileMatch: ['*'], schema }];
  const worker = initialized(context, { enableSchemaRequest: false, validate: true, isKubernetes: true, schemas }) as Worker;
  return (checked) => {
    text = checked;
    version++;
    return worker.doValidation(uri);
  };
}
