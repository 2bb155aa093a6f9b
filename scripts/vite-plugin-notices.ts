import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** What no bundle shows: packages shipped as files of their own, and those that the tables of fields are made of. */
const shipped = ['@wasmer/sdk', '@kubernetes/client-node', 'kubernetes-models'];
const licenceFile = /^(licen[cs]e|copying|notice|third-?party-?notices)(\.|-|$)/i;
/** The package's directory, of a module in it. */
const packageOf = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Directories of the packages that the bundles of this build have code of. */
const used = new Set<string>();

function note(bundle: Rolldown.OutputBundle): void {
  for (const file of Object.values(bundle)) {
    if (file.type !== 'chunk') continue;
    for (const id of Object.keys(file.modules)) {
      const [directory] = packageOf.exec(id.replaceAll('\\', '/').replace(/^\0/, '').replace(/\?.*$/, '')) ?? [];
      if (directory && existsSync(join(directory, 'package.json'))) used.add(directory);
    }
  }
}

function noticeOf(directory: string): object {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
  const text = readdirSync(directory)
    .filter((file) => licenceFile.test(file))
    .sort()
    .map((file) => readFileSync(join(directory, file), 'utf8').trim())
    .join('\n\n');
  const stated = manifest.license?.startsWith('SEE ') ? text.split('\n')[0] : manifest.license;
  return { name: manifest.name, version: manifest.version, licence: stated ?? '', text };
}

/** For `worker.plugins`: what the Workers are made of. */
export const workerNotices = (): Plugin => ({
  name: 'worker-notices',
  apply: 'build',
  generateBundle: (_options, bundle) => note(bundle),
});

/** `notices.json`: the packages that the page has code of, and their licences. */
export default function notices(): Plugin {
  let root = '';
  return {
    name: 'notices',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    generateBundle(_options, bundle) {
      note(bundle);
      for (const name of shipped) used.add(join(root, 'node_modules', name));
      const byName = (directory: string): string => directory.replace(/^.*\/node_modules\//, '');
      const list = [...used].sort((a, b) => (byName(a) < byName(b) ? -1 : 1)).map(noticeOf);
      this.emitFile({ type: 'asset', fileName: 'notices.json', source: JSON.stringify(list) });
    },
  };
}
