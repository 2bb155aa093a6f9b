/** By a file's name: what it is written in, as Monaco's languages are called. */
const byName: readonly (readonly [RegExp, string])[] = [
  [/\.ya?ml$/i, 'yaml'],
  [/\.json$/i, 'yaml'],
  [/\.[ch]$/i, 'c'],
  [/(^|\/)(Dockerfile|Containerfile)(\.[^/]*)?$|\.dockerfile$/i, 'dockerfile'],
  [/\.(ba|k)?sh$|(^|\/)\.?(bashrc|bash_profile|profile)$/i, 'shell'],
];

export function languageOf(path: string, text: string): string {
  const named = byName.find(([pattern]) => pattern.test(path))?.[1];
  return named ?? (/^#!.*\b(ba|da|k)?sh\b/.test(text) ? 'shell' : 'plaintext');
}

/** Files that `kubectl apply -f` is meant for. */
export const isManifest = (path: string): boolean => /\.(ya?ml|json)$/i.test(path);
