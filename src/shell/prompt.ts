import { strftime } from './builtins/strftime';
import type { Shell } from './shell';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

function workingDirectory(sh: Shell, lastOnly: boolean): string {
  const cwd = sh.vars.get('PWD') ?? sh.proc.getcwd();
  const home = sh.vars.get('HOME');
  let shown = cwd;
  if (home && home !== '/' && (cwd === home || cwd.startsWith(`${home}/`))) shown = `~${cwd.slice(home.length)}`;
  if (!lastOnly || shown === '~' || shown === '/') return shown;
  return shown.slice(shown.lastIndexOf('/') + 1);
}

/** Backslash escapes of PS1 (bash(1), PROMPTING); expansion of `$` comes afterwards. \[ and \] become \x01 and \x02. */
export function promptText(sh: Shell, text: string): string {
  const now = new Date(sh.proc.clock.now());
  const time = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`;
  return text.replace(/\\([0-7]{3}|D\{[^}]*\}|[^])/g, (all: string, code: string) => {
    if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(parseInt(code, 8));
    switch (code[0]) {
      case 'u': return sh.proc.credentials().euid === 0 ? 'root' : (sh.vars.get('USER') ?? 'nobody');
      case 'h': return sh.proc.uname().nodename.replace(/\..*$/, '');
      case 'H': return sh.proc.uname().nodename;
      case 'w': return workingDirectory(sh, false);
      case 'W': return workingDirectory(sh, true);
      case '$': return sh.proc.credentials().euid === 0 ? '#' : '$';
      case 's': return sh.name.slice(sh.name.lastIndexOf('/') + 1).replace(/^-/, '');
      case 'v': return '5.2';
      case 'V': return '5.2.15';
      case 'j': return String(sh.jobs.numbered().length);
      case '!': return String(sh.historyBase + sh.history.length);
      case '#': return String(sh.commandNumber);
      case 't': return time;
      case 'A': return time.slice(0, 5);
      case 'T':
      case '@': {
        const hour = ((now.getUTCHours() + 11) % 12) + 1;
        return code === 'T' ? `${two(hour)}${time.slice(2)}` : `${two(hour)}${time.slice(2, 5)} ${now.getUTCHours() < 12 ? 'AM' : 'PM'}`;
      }
      case 'd': return `${days[now.getUTCDay()]} ${months[now.getUTCMonth()]} ${two(now.getUTCDate())}`;
      case 'D': return strftime(code.slice(2, -1) || '%X', sh.proc.clock.now());
      case 'n': return '\n';
      case 'r': return '\r';
      case 'e': return '\x1b';
      case 'a': return '\x07';
      case '\\': return '\\';
      case '[': return '\x01';
      case ']': return '\x02';
      default: return all;
    } // prettier-ignore
  });
}
