import { emitYaml } from '../kube/api';
import { readManifest } from '../manifest';

/** The values of a text's documents, JSON or YAML. Throws with the words of kubectl's reader. */
export function documents(text: string): unknown[] {
  const { documents: read, problem } = readManifest(text);
  if (problem) throw new Error(problem.message);
  return read.map(({ value }) => value);
}

export function yamlText(value: unknown): string {
  return emitYaml(value);
}
