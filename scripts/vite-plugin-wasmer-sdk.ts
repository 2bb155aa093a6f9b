import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'vite';

const needed = /^(dist|pkg)\/.*\.(m?js|wasm)$/;
/** Node's own entry and what only HTTP ports need. */
const unneeded = /^dist\/(node[.-](?!compat|network-rpc)|wisp|service)/;

/**
 * @wasmer/sdk 0.16 finds its worker and glue by `new URL('./x.js', import.meta.url)` and imports both as modules with relative
 * imports of their own. Vite would copy such files as opaque assets, whose imports then fail: the first spawn hangs. So the
 * package's files, plain ES modules, are served unbundled in their own layout, and the import stays external.
 */
export default function wasmerSdk(): Plugin {
  const root = join(dirname(createRequire(import.meta.url).resolve('@wasmer/sdk/browser')), '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const directory = `wasmer-sdk-${version}`;
  let base = '/';
  let build = false;
  return {
    name: 'wasmer-sdk',
    enforce: 'pre',
    // In development a pre-bundled copy could not find its siblings.
    config: () => ({ optimizeDeps: { exclude: ['@wasmer/sdk', '@yowasp/clang', 'binaryen'] } }),
    configResolved(config) {
      base = config.base;
      build = config.command === 'build';
    },
    resolveId(id) {
      if (!build || id !== '@wasmer/sdk/browser') return undefined;
      return { id: `${base}${directory}/dist/index.js`, external: 'absolute' };
    },
    generateBundle() {
      for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
        const file = relative(root, join(entry.parentPath, entry.name));
        if (!entry.isFile() || !((needed.test(file) && !unneeded.test(file)) || file === 'LICENSE')) continue;
        this.emitFile({ type: 'asset', fileName: `${directory}/${file}`, source: readFileSync(join(root, file)) });
      }
    },
  };
}
