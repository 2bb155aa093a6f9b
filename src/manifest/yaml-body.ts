import { jsonText } from '../kube/api';
import { compose, repeatedKeys, valueOf, YamlError } from './yaml';

/** A request's YAML as a server reads it. */
export interface YamlBody {
  readonly json: string;
  /** What go-yaml says of keys that stand twice in a mapping, of which the last one counts; undefined where none does. */
  readonly repeated: string | undefined;
}

/** The first document of a text, as sigs.k8s.io/yaml turns it into JSON. Throws an Error with go-yaml's words. */
export function readYaml(text: string): YamlBody {
  try {
    const root = compose(text);
    const json = jsonText(valueOf(root));
    const repeated = root ? repeatedKeys(root, text) : [];
    return {
      json,
      repeated: repeated.length > 0 ? ['yaml: unmarshal errors:', ...repeated.map((line) => `  ${line}`)].join('\n') : undefined,
    };
  } catch (error) {
    throw error instanceof YamlError ? new Error(`yaml: ${error.message}`) : error;
  }
}
