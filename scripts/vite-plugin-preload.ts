import type { HtmlTagDescriptor, Plugin } from 'vite';

/** Has `index.html` name what the entry imports dynamically first, `module`, so that it loads beside the entry, not after. */
export default function preload(module: string): Plugin {
  let base = '/';
  return {
    name: 'preload',
    apply: 'build',
    configResolved(config) {
      base = config.base;
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const first = Object.values(bundle).find((file) => file.type === 'chunk' && file.facadeModuleId?.endsWith(module));
        if (first?.type !== 'chunk') throw new Error(`${module} is no chunk of its own`);
        const names = [first.fileName, ...first.imports];
        const styles = names.flatMap((name) => {
          const file = bundle[name];
          return file?.type === 'chunk' ? [...(file.viteMetadata?.importedCss ?? [])] : [];
        });
        const tags: HtmlTagDescriptor[] = [
          ...[...new Set(styles)].map((name) => ({ tag: 'link', attrs: { rel: 'stylesheet', crossorigin: true, href: base + name } })),
          ...names.map((name) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: base + name } })),
        ];
        return tags.filter(({ attrs }) => !html.includes(`href="${attrs!.href as string}"`)).map((tag) => ({ ...tag, injectTo: 'head' }));
      },
    },
  };
}
