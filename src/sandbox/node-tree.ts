import { elfStub, treeOf, type FileTree, type FlatEntry } from '../kernel';
import type { SandboxAssets } from './assets';
import { debianPaths } from './images';

const executable = (name: string): FlatEntry => ({ type: 'file', content: elfStub(name), mode: 0o755 });

/** How the pause image is made. */
export const dockerfile = (architecture: string): string =>
  `FROM scratch\nARG ARCH\nADD bin/pause-linux-${architecture} /pause\nUSER 65535:65535\nENTRYPOINT ["/pause"]\n`;

const bashrc = `# ~/.bashrc: executed by bash(1) for non-login shells.
PS1='\\u@\\h:\\w\\$ '
alias ll='ls -l'
export EDITOR="\${EDITOR:-nano}"
`;

export interface NodeTreeOptions {
  readonly hostname: string;
  readonly assets: SandboxAssets;
  /** Programs of a cluster's node: kubectl, docker, crictl, ctr, cc, what. */
  readonly tools: readonly string[];
  /** More files: absolute path, content. */
  readonly files: Readonly<Record<string, FlatEntry>>;
}

/** The disk of the node: Debian 12, the tools, the exercises' files in /root. */
export function nodeTree({ hostname, assets, tools, files }: NodeTreeOptions): FileTree {
  const paths: Record<string, FlatEntry | string> = {
    ...debianPaths(),
    '/etc/hostname': `${hostname}\n`,
    '/etc/machine-id': '3d1219c7c4c5404aaa1f6d2a48adfda4\n',
    '/pause': { type: 'file', content: assets.pause['3.10'], mode: 0o755 },
    '/root/.bashrc': bashrc,
    '/root/.profile': 'if [ "$BASH" ] && [ -f ~/.bashrc ]; then . ~/.bashrc; fi\n',
    '/usr/sbin/init': executable('gnu/init'),
    '/tmp/case': { type: 'directory' },
    ...files,
  };
  for (const tool of tools) paths[`/usr/local/bin/${tool}`] = executable(tool);
  for (const [path, content] of Object.entries(assets.home)) paths[`/root/${path}`] = { type: 'file', content };
  return treeOf(paths);
}
