const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', "'": "'", '\\': '\\' };

/** The words of a simple command, quotes removed, and what `<<<` gives it. Throws for shell syntax beyond that. */
export function split(command: string): { words: string[]; stdin?: string } {
  const words: string[] = [];
  let word: string | undefined;
  let i = 0;
  const add = (text: string): void => void (word = (word ?? '') + text);
  while (i < command.length) {
    const c = command[i]!;
    if (c === "'") {
      const end = command.indexOf("'", i + 1);
      add(command.slice(i + 1, end));
      i = end + 1;
    } else if (c === '$' && command[i + 1] === "'") {
      add('');
      for (i += 2; command[i] !== "'"; i++) {
        if (command[i] === '\\') add(escapes[command[++i]!] ?? `\\${command[i]}`);
        else add(command[i]!);
      }
      i++;
    } else if (c === '"') {
      add('');
      for (i++; command[i] !== '"'; i++) {
        if (command[i] === '\\' && '"\\$`'.includes(command[i + 1]!)) add(command[++i]!);
        else if (command[i] === '$') throw new Error('variables are not expanded here');
        else add(command[i]!);
      }
      i++;
    } else if (c === '\\') {
      add(command[i + 1] ?? '');
      i += 2;
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      i++;
    } else if (command.startsWith('<<<', i)) {
      if (word !== undefined) words.push(word);
      const rest = split(command.slice(i + 3));
      return { words, stdin: `${rest.words.join(' ')}\n` };
    } else if ('|;&><$`'.includes(c)) throw new Error(`no shell here: ${c}`);
    else {
      add(c);
      i++;
    }
  }
  if (word !== undefined) words.push(word);
  return { words };
}
