import { Errno } from '../../kernel';
import { invalidOption, type Builtin, options } from '../builtins/types';
import type { Shell } from '../shell';
import type { Binding } from './bindings';
import { editorKeys, namedKey, sequence, shownSequence } from './key-names';
import { functionKeys, variableValues } from './tables';

const keymaps = new Set(['emacs', 'emacs-standard', 'emacs-meta', 'emacs-ctlx', 'vi', 'vi-move', 'vi-command', 'vi-insert']);

const complaint = (text: string): string => `readline: ${text}\n`;

/** The keys a function has by now, as `bind -p` shows them. */
function keysOf(sh: Shell, name: string): string[] {
  const own = [...sh.readline.bindings].filter(([, b]) => b.kind === 'key' && b.function === name).map(([keys]) => shownSequence(keys));
  const standard = (functionKeys.get(name) ?? []).filter((k) => !sh.readline.bindings.has(sequence(k)) && !sh.readline.unbound.has(name));
  return [...standard, ...own];
}

const valueOf = (sh: Shell, name: string): string => sh.readline.variables.get(name) ?? variableValues.get(name) ?? '';

/** -l, -p, -P, -v, -V, -s, -S, -X: what there is. */
function listing(sh: Shell, letter: string): string {
  const macros = [...sh.readline.bindings].filter((e): e is [string, Binding & { kind: 'macro' }] => e[1].kind === 'macro');
  const commands = [...sh.readline.bindings].filter((e): e is [string, Binding & { kind: 'command' }] => e[1].kind === 'command');
  const functions = [...functionKeys.keys()];
  switch (letter) {
    case 'l': return functions.map((f) => `${f}\n`).join('');
    case 'v': return [...variableValues.keys()].map((v) => `set ${v} ${valueOf(sh, v)}\n`).join('');
    case 'V': return [...variableValues.keys()].map((v) => `${v} is set to \`${valueOf(sh, v)}'\n`).join('');
    case 's': return macros.map(([keys, b]) => `"${shownSequence(keys)}": "${shownSequence(b.text)}"\n`).join('');
    case 'S': return macros.map(([keys, b]) => `${shownSequence(keys)} outputs ${shownSequence(b.text)}\n`).join('');
    case 'X': return commands.map(([keys, b]) => `"${shownSequence(keys)}": "${b.command}"\n`).join('');
    case 'p':
      return `\n${functions.map((f) => {
        const keys = keysOf(sh, f);
        return keys.length === 0 ? `# ${f} (not bound)\n` : keys.map((k) => `"${k}": ${f}\n`).join('');
      }).join('')}`;
    default:
      return `\n${functions.map((f) => {
        const keys = keysOf(sh, f);
        if (keys.length === 0) return `${f} is not bound to any keys\n`;
        return `${f} can be found on ${keys.slice(0, 5).map((k) => `"${k}"`).join(', ')}${keys.length > 5 ? ', ...' : '.'}\n`;
      }).join('')}`;
  } // prettier-ignore
}

/** One line of an inputrc: `set NAME VALUE`, `"KEYS": FUNCTION`, `"KEYS": "MACRO"`, `KEYNAME: FUNCTION`. Returns what is wrong with it. */
export function bindLine(sh: Shell, line: string): string | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#') || text.startsWith('$')) return undefined;
  const setting = /^set\s+(\S+)\s*(.*)$/i.exec(text);
  if (setting) {
    const name = (setting[1] ?? '').toLowerCase();
    if (!variableValues.has(name)) return `${setting[1]}: unknown variable name`;
    const value = setting[2] === '' ? 'on' : (setting[2] ?? '');
    if (name === 'editing-mode') {
      sh.options.delete(value === 'vi' ? 'emacs' : 'vi');
      sh.options.add(value === 'vi' ? 'vi' : 'emacs');
    }
    sh.readline.variables.set(name, value);
    return undefined;
  }
  const quoted = /^"((?:[^"\\]|\\[^])*)"/.exec(text);
  if (text.startsWith('"') && !quoted) return `${text}: no closing \`"' in key binding`;
  const head = quoted?.[0] ?? /^[^:\s]*/.exec(text)?.[0] ?? '';
  const after = /^\s*:\s*([^]*)$/.exec(text.slice(head.length));
  if (!after) return `${head}: no key sequence terminator`;
  const keys = quoted ? sequence(quoted[1] ?? '') : namedKey(head);
  const target = after[1] ?? '';
  const macro = /^(["'])([^]*?)\1?$/.exec(target);
  if (macro) sh.readline.bindings.set(keys, { kind: 'macro', text: sequence(macro[2] ?? '') });
  else {
    const name = target.split(/\s/)[0] ?? '';
    if (functionKeys.has(name)) sh.readline.bindings.set(keys, { kind: 'key', function: name, key: editorKeys[name] });
  }
  return undefined;
}

/** An inputrc file. Throws what open(2) throws. */
export async function bindFile(sh: Shell, path: string): Promise<void> {
  const fd = await sh.proc.open(path);
  const text = await sh.readAll(fd);
  sh.proc.close(fd);
  for (const line of text.split('\n')) {
    const wrong = bindLine(sh, line);
    if (wrong) await sh.err(complaint(wrong));
  }
}

/** `-x '"KEYS": COMMAND'`. */
async function bindCommand(sh: Shell, text: string, name: string): Promise<number> {
  const m = /^\s*"((?:[^"\\]|\\[^])*)"\s*(:?)\s*([^]*)$/.exec(text);
  if (!m || m[2] === '') {
    await sh.complain(m ? `"${m[1]}": missing colon separator` : `${text}: first non-whitespace character is not \`"'`, name);
    return 1;
  }
  sh.readline.bindings.set(sequence(m[1] ?? ''), { kind: 'command', command: (m[3] ?? '').replace(/^(["'])([^]*)\1$/, '$2') });
  return 0;
}

async function query(sh: Shell, name: string): Promise<number> {
  const keys = keysOf(sh, name).map((k) => `"${sh.interactive ? k : k.replaceAll('\\M-', '\\e')}"`);
  await sh.out(
    keys.length === 0
      ? `${name} is not bound to any keys.\n`
      : `${name} can be invoked via ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', ...' : '.'}\n`,
  );
  return keys.length === 0 ? 1 : 0;
}

export const bind: Builtin = async (sh, args, name) => {
  if (!sh.interactive) await sh.complain('warning: line editing not enabled', name);
  const { flags, rest, bad } = options(args, 'lpsvPSVXm:f:q:u:r:x:');
  if (bad) return invalidOption(sh, name, bad);
  const keymap = flags.get('m');
  if (keymap !== undefined && !keymaps.has(keymap)) {
    await sh.complain(`\`${keymap}': invalid keymap name`, name);
    return 1;
  }
  for (const letter of ['l', 'p', 's', 'v', 'P', 'S', 'V', 'X']) if (flags.has(letter)) await sh.out(listing(sh, letter));
  const file = flags.get('f');
  if (file !== undefined) {
    try {
      await bindFile(sh, file);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      await sh.complain(`${file}: cannot read: ${sh.strerror(error)}`, name);
      return 1;
    }
  }
  for (const letter of ['q', 'u'] as const) {
    const wanted = flags.get(letter);
    if (wanted === undefined) continue;
    if (!functionKeys.has(wanted)) {
      await sh.complain(`\`${wanted}': unknown function name`, name);
      return 1;
    }
    if (letter === 'q') return query(sh, wanted);
    sh.readline.unbound.add(wanted);
    for (const [keys, b] of sh.readline.bindings) if (b.kind === 'key' && b.function === wanted) sh.readline.bindings.delete(keys);
  }
  const removed = flags.get('r');
  if (removed !== undefined) sh.readline.bindings.set(sequence(removed), { kind: 'key', function: '', key: undefined });
  const command = flags.get('x');
  if (command !== undefined) return bindCommand(sh, command, name);
  for (const line of rest) {
    const wrong = bindLine(sh, line);
    if (wrong) await sh.err(complaint(wrong));
  }
  return 0;
};
