import { choose } from './choices';
import type { Command, Context } from './command';
import { copy, type CopyStyle } from './copy';
import { backupName, isDirectory, pairs } from './destination';
import type { Options } from './getopt';
import { joinPath } from './path';
import { Errno } from '../kernel';

function styleOf(ctx: Context, options: Options): CopyStyle {
  const archive = options.has('a');
  const recursive = options.has('r', 'R', 'a');
  const follow = options.last('L', 'P', 'd', 'H', 'a');
  const list = options.values('preserve').flatMap((v) => (v === '' ? ['mode', 'ownership', 'timestamps'] : v.split(',')));
  const all = archive || options.has('p') || list.includes('all');
  return {
    recursive, follow: follow === 'L' ? 'always' : follow === 'H' ? 'arguments' : follow === undefined ? (recursive ? 'never' : 'always') : 'never',
    preserve: { mode: all || list.includes('mode'), owner: all || list.includes('ownership'), times: all || list.includes('timestamps') },
    force: options.has('f'), interactive: options.last('i', 'n', 'f') === 'i', noClobber: options.has('n'), update: options.has('u'), verbose: options.has('v'),
    link: options.has('l') ? 'hard' : options.has('s') ? 'symbolic' : 'none', moving: false, removeDestination: options.has('remove-destination'), backup: options.has('b', 'S') ? (path) => backupName(ctx, path, options) : undefined, attributesOnly: options.has('attributes-only'),
  }; // prettier-ignore
}

const preserved = [['mode'], ['timestamps'], ['ownership'], ['links'], ['context'], ['xattr'], ['all']] as const;
const reflinks = [['auto'], ['always'], ['never']] as const;
const sparse = [['never'], ['auto'], ['always']] as const;

/** What GNU's cp finds wrong with its options. */
async function check(ctx: Context, options: Options): Promise<void> {
  for (const { name, value } of options.list) {
    if (value === undefined) continue;
    if (name === 'preserve' || name === 'no-preserve') for (const word of value.split(',')) await choose(ctx, `--${name}`, word, preserved);
    if (name === 'reflink') await choose(ctx, '--reflink', value, reflinks);
    if (name === 'sparse') await choose(ctx, '--sparse', value, sparse);
  }
}

export const cp: Command = {
  gnu: {
    short: 'abdfHilLnprst:uvxPRS:TZ',
    long: {
      archive: 'a', 'backup::': 'b', 'copy-contents': 'copy-contents', force: 'f', interactive: 'i', dereference: 'L', link: 'l', 'no-clobber': 'n', 'no-dereference': 'P', 'no-target-directory': 'T', parents: 'parents',
      'preserve::': 'preserve', 'no-preserve:': 'no-preserve', recursive: 'r', 'remove-destination': 'remove-destination', 'suffix:': 'S', 'symbolic-link': 's', 'target-directory:': 't', 'update::': 'u', verbose: 'v', 'one-file-system': 'x', 'reflink::': 'reflink', 'sparse:': 'sparse', 'attributes-only': 'attributes-only', 'strip-trailing-slashes': 'strip-trailing-slashes',
    }, // prettier-ignore
    usage: '[OPTION]... [-T] SOURCE DEST\n[OPTION]... SOURCE... DIRECTORY\n[OPTION]... -t DIRECTORY SOURCE...',
    help: 'Copy SOURCE to DEST, or SOURCEs to DIRECTORY.\n\n  -a, --archive         same as -dR --preserve=all\n  -f, --force           replace what cannot be opened\n  -i, --interactive     prompt before overwrite\n  -l, --link            hard link instead of copying\n  -L, --dereference     follow symbolic links\n  -n, --no-clobber      do not overwrite\n  -P, --no-dereference  never follow symbolic links\n  -p                    keep mode, ownership, timestamps\n  -R, -r, --recursive   copy directories recursively\n  -s, --symbolic-link   make symbolic links\n  -t, --target-directory=DIRECTORY\n  -T, --no-target-directory\n  -u, --update          only what is newer\n  -v, --verbose\n',
  },
  busybox: {
    short: 'arPLHpfinlsTut:v',
    long: { archive: 'a', force: 'f', recursive: 'r', verbose: 'v' },
    usage:
      "[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }\n\nCopy SOURCEs to DEST\n\n\t-a\tSame as -dpR\n\t-R,-r\tRecurse\n\t-d,-P\tPreserve symlinks (default if -R)\n\t-L\tFollow all symlinks\n\t-H\tFollow symlinks on command line\n\t-p\tPreserve file attributes if possible\n\t-f\tOverwrite\n\t-i\tPrompt before overwrite\n\t-n\tDon't overwrite\n\t-l,-s\tCreate (sym)links\n\t-T\tRefuse to copy if DEST is a directory\n\t-t DIR\tCopy all SOURCEs into DIR\n\t-u\tCopy only newer files",
  },
  run: async (ctx, options) => {
    if (ctx.gnu) await check(ctx, options);
    const style = styleOf(ctx, options);
    if (options.has('parents')) {
      const target = options.value('t') ?? (options.operands.at(-1) as string);
      const sources = options.value('t') === undefined ? options.operands.slice(0, -1) : options.operands;
      if (!isDirectory(ctx, target)) return ctx.usage('with --parents, the destination must be a directory');
      for (const from of sources) {
        let path = target;
        for (const part of from.split('/').slice(0, -1)) {
          path = joinPath(path, part);
          try {
            ctx.proc.mkdir(path);
          } catch (error) {
            if (!(error instanceof Errno) || error.code !== 'EEXIST') throw error;
          }
        }
        await copy(ctx, from, joinPath(target, from), style);
      }
      return ctx.status;
    }
    for (const { from, to } of await pairs(ctx, options.operands, options.value('t'), options.has('T')))
      await copy(ctx, options.has('strip-trailing-slashes') ? from.replace(/(.)\/+$/, '$1') : from, to, style);
    return ctx.status;
  },
};
