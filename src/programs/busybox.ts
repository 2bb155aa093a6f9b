import type { Libc, Program } from '../kernel';
import { type Command, runCommand } from './command';
import { baseName } from './path';

const banner = 'BusyBox v1.35.0 (2022-05-16 12:00:00 UTC) multi-call binary.\n';

const about = `BusyBox is one program that acts as many: it runs the applet that its
own name, or its first argument, names.

Usage: busybox [function [arguments]...]
   or: busybox --list[-full]
   or: function [arguments]...
`;

function listing(names: readonly string[]): string {
  const lines: string[] = [];
  let line = '\t';
  for (const [i, name] of names.entries()) {
    const word = i + 1 < names.length ? `${name}, ` : name;
    if (line.length + word.length > 79 - 7) {
      lines.push(line.trimEnd());
      line = '\t';
    }
    line += word;
  }
  return `${[...lines, line].join('\n')}\n`;
}

/** The multi-call program: its applet is argv[0]'s last part, or argv[1] when it is called `busybox`. `libc`: what it is linked with. */
export function busyboxMain(
  commands: Readonly<Record<string, Command>>,
  applets: readonly { readonly name: string; readonly path: string }[],
  libc: Libc,
): Program {
  return async (proc) => {
    let argv = proc.argv;
    let name = baseName(argv[0] ?? '').replace(/^-/, '');
    if (name.startsWith('busybox')) {
      argv = argv.slice(1);
      name = argv[0] ?? '';
      if (name === '--list' || name === '--list-full') {
        await proc.write(1, applets.map((a) => `${name === '--list' ? a.name : a.path.slice(1)}\n`).join(''));
        return 0;
      }
      if (name === '--help' && argv.length > 1) {
        argv = [argv[1] as string, '--help'];
        name = argv[0] as string;
      } else if (name === '' || name === '--help') {
        await proc.write(1, `${banner}${about}\nCurrently defined functions:\n${listing(applets.map((a) => a.name))}\n`);
        return 0;
      }
      name = baseName(name);
      if (!name.startsWith('-')) proc.setName(name);
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command?.busybox) {
      await proc.write(2, `${name}: applet not found\n`);
      return 127;
    }
    return runCommand(command, 'busybox', proc, argv, libc);
  };
}
