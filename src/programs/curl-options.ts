/** The options of curl(1) that are known here: the long name by the short one; a colon after it takes a value. */
const shorts: Readonly<Record<string, string>> = {
  A: 'user-agent:', d: 'data:', f: 'fail', H: 'header:', h: 'help', i: 'include', I: 'head', k: 'insecure', L: 'location', m: 'max-time:',
  o: 'output:', O: 'remote-name', s: 'silent', S: 'show-error', v: 'verbose', V: 'version', w: 'write-out:', X: 'request:', G: 'get', N: 'no-buffer',
}; // prettier-ignore
const longs = new Map(
  [...Object.values(shorts), 'connect-timeout:', 'data-raw:', 'url:', 'http1.1', 'fail-with-body', 'no-progress-meter'].map((spec) => [
    spec.replace(':', ''),
    spec.endsWith(':'),
  ]),
);

export interface CurlArguments {
  readonly urls: readonly string[];
  has(name: string): boolean;
  /** All values given. */
  values(name: string): readonly string[];
  value(name: string): string | undefined;
}

/** Reads a command line as curl does: options anywhere, short ones joined, a value in the same word or the next. Throws what is wrong. */
export function curlArguments(args: readonly string[]): CurlArguments {
  const urls: string[] = [];
  const given: { name: string; value: string }[] = [];
  const words = [...args];
  const take = (name: string, shown: string): void => {
    let value = '';
    if (longs.get(name)) {
      const next = words.shift();
      if (next === undefined) throw new CurlUsage(`option ${shown}: requires parameter`);
      value = next;
    }
    given.push({ name, value });
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith('--') && word.length > 2) {
      const name = word.slice(2);
      if (!longs.has(name)) throw new CurlUsage(`option ${word}: is unknown`);
      take(name, word);
    } else if (word.startsWith('-') && word.length > 1) {
      for (let i = 1; i < word.length; i++) {
        const spec = shorts[word[i] ?? ''];
        if (spec === undefined) throw new CurlUsage(`option ${word}: is unknown`);
        if (spec.endsWith(':') && i + 1 < word.length) {
          given.push({ name: spec.slice(0, -1), value: word.slice(i + 1) });
          break;
        }
        take(spec.replace(':', ''), `-${word[i]}`);
      }
    } else urls.push(word);
  }
  const values = (name: string): string[] => given.filter((one) => one.name === name).map(({ value }) => value);
  return {
    urls: [...values('url'), ...urls],
    has: (name) => given.some((one) => one.name === name),
    values,
    value: (name) => values(name).at(-1),
  };
}

/** What is wrong with a command line, in curl's words. */
export class CurlUsage extends Error {}
