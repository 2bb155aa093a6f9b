import { Written } from './admission';
import { advise } from './advice';
import { decodingProblem, objectsIn, validationProblem } from './client';
import type { Diagnostic } from './diagnostic';
import { readManifest } from './documents';
import { fromKubectl, madeOtherwise, ofClient, ofSyntax } from './kubectl-says';
import { lineSpan } from './locate';
import { fromServer } from './server-says';
import { type ClusterContext, View } from './view';

/** More than this of one manifest helps nobody. */
const most = 500;

/**
 * What `kubectl apply -f FILE` would print of a manifest, each problem where it stands in the text, in the text's order,
 * and advice where the server says nothing. Never throws for what is in the text.
 */
export function diagnose(text: string, cluster: ClusterContext = {}): Diagnostic[] {
  const file = cluster.file ?? 'FILE';
  const { documents, problem } = readManifest(text);
  const found: Diagnostic[] = [];
  const views: View[] = [];
  let stopped = false;
  for (const document of documents) {
    if (document.value === null) continue;
    const invalid = validationProblem(document.value);
    if (invalid) {
      found.push(ofClient(text, document, invalid, `error: error validating "${file}": ${invalid.message}`));
      stopped = true;
      break;
    }
    const undecodable = decodingProblem(document.value);
    if (undecodable) {
      found.push(ofClient(text, document, undecodable, `error: unable to decode "${file}": ${undecodable.message}`));
      continue;
    }
    for (const { object, path } of objectsIn(document.value)) views.push(new View(text, document, object, path, cluster));
  }
  const written = new Written(views);
  for (const view of views) {
    if (found.length > most) break;
    found.push(...(fromKubectl(view, file) ?? [...fromServer(view, written), ...madeOtherwise(view)]));
    found.push(...advise(view, (kind, namespace, name) => written.get(kind, namespace, name)));
  }
  if (problem && !stopped) found.push(ofSyntax(text, problem, file));
  else if (found.length === 0 && views.length === 0 && text.trim() !== '') {
    const plain = { en: 'There is no object in this file.', zh: '文件里没有对象。' };
    found.push({
      severity: 'error',
      span: lineSpan(text, 0),
      message: 'error: no objects passed to apply',
      source: 'kubectl',
      rule: 'no-object',
      plain,
    });
  }
  return found.sort((a, b) => a.span.start - b.span.start).slice(0, most);
}
