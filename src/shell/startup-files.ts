import { Errno } from '../kernel';
import type { Invocation } from './arguments';
import { runString } from './run-text';
import type { Shell } from './shell';

/** What a login shell and one with a prompt read before anything else. */
export async function startupFiles(sh: Shell, invocation: Invocation): Promise<void> {
  const home = sh.vars.get('HOME') ?? '/root';
  if (sh.login && !invocation.noProfile) {
    await sourceIfThere(sh, '/etc/profile');
    const own = sh.dialect.extended ? ['.bash_profile', '.bash_login', '.profile'] : ['.profile'];
    for (const file of own) if (await sourceIfThere(sh, `${home}/${file}`)) break;
  } else if (sh.interactive && sh.dialect.extended && !invocation.noRc) {
    await sourceIfThere(sh, '/etc/bash.bashrc');
    await sourceIfThere(sh, invocation.rcFile ?? `${home}/.bashrc`);
  }
  const env = sh.vars.get(sh.dialect.extended ? 'BASH_ENV' : 'ENV');
  if (env && sh.interactive !== sh.dialect.extended) await sourceIfThere(sh, env);
}

/** "When a login shell exits, or a non-interactive login shell executes the exit builtin, it reads ~/.bash_logout" - bash(1); Debian's then /etc/bash.bash_logout */
export async function logoutFiles(sh: Shell): Promise<void> {
  if (!sh.login || !sh.dialect.extended || sh.subshellLevel > 0) return;
  sh.login = false;
  const { status } = sh;
  await sourceIfThere(sh, `${sh.vars.get('HOME') ?? '/root'}/.bash_logout`);
  sh.status = status;
  await sourceIfThere(sh, '/etc/bash.bash_logout');
  sh.status = status;
}

async function sourceIfThere(sh: Shell, path: string): Promise<boolean> {
  let text: string;
  try {
    if (sh.proc.stat(path).type !== 'file') return false;
    const fd = await sh.proc.open(path);
    text = await sh.readAll(fd);
    sh.proc.close(fd);
  } catch (e) {
    if (e instanceof Errno) return false;
    throw e;
  }
  sh.sourceDepth++;
  try {
    await runString(sh, text, { file: path });
  } finally {
    sh.sourceDepth--;
  }
  sh.status = 0;
  return true;
}
