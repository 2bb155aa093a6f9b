import { noMore } from './control';
import { identifier } from './declare';
import type { Builtin } from './types';

export const shift: Builtin = async (sh, args, name) => {
  const n = args[0] === undefined ? 1 : Number(args[0]);
  if (!Number.isInteger(n)) {
    await sh.complain(sh.dialect.extended ? `${args[0] ?? ''}: numeric argument required` : `Illegal number: ${args[0] ?? ''}`, name);
    if (sh.dialect.almquist && !sh.interactive) sh.exit(2);
    return sh.dialect.extended ? 1 : 2;
  }
  await noMore(sh, args, name);
  if (n > sh.positional.length || n < 0) {
    if (n < 0 || sh.shopt.has('shift_verbose')) await sh.complain(`${args[0] ?? ''}: shift count out of range`, name);
    if (sh.dialect.name === 'dash') {
      await sh.complain("can't shift that many", name);
      if (!sh.interactive) sh.exit(2);
    }
    return 1;
  }
  sh.positional = sh.positional.slice(n);
  return 0;
};

export const getopts: Builtin = async (sh, args, name) => {
  const [spec, variable, ...given] = args;
  if (spec === undefined || variable === undefined) {
    await sh.err(
      `${sh.dialect.extended ? `${name}: usage: getopts optstring name [arg ...]` : `${sh.prefix(name)}${sh.dialect.name === 'dash' ? 'Usage: getopts optstring var [arg...]' : 'usage: getopts optstring var [arg]'}`}\n`,
    );
    return 2;
  }
  if (!identifier.test(variable) && sh.dialect.extended) {
    await sh.complain(`\`${variable}': not a valid identifier`, name);
    return 1;
  }
  const words = given.length > 0 ? given : sh.positional;
  const silent = spec.startsWith(':') || sh.vars.get('OPTERR') === '0';
  let index = Number(sh.vars.get('OPTIND') ?? '1') || 1;
  if (!sh.dialect.extended && index > words.length + 1) index = 1;
  if (sh.getoptsIndex !== index) sh.getoptsOffset = 1;
  const end = (): number => {
    sh.vars.set(variable, '?');
    sh.vars.unset('OPTARG');
    sh.vars.set('OPTIND', String(index));
    sh.getoptsIndex = index;
    return 1;
  };
  const word = words[index - 1];
  if (word === undefined || !word.startsWith('-') || word === '-') return end();
  if (word === '--') {
    index++;
    return end();
  }
  const letter = word[sh.getoptsOffset] ?? '';
  const advance = (): void => {
    sh.getoptsOffset++;
    if (sh.getoptsOffset >= word.length) {
      index++;
      sh.getoptsOffset = 1;
    }
  };
  const at = spec.indexOf(letter);
  sh.vars.unset('OPTARG');
  const shell = sh.name;
  if (at < 0 || letter === ':') {
    advance();
    sh.vars.set(variable, '?');
    if (spec.startsWith(':')) sh.vars.set('OPTARG', letter);
    else if (!silent) await sh.err(sh.dialect.extended ? `${shell}: illegal option -- ${letter}\n` : `Illegal option -${letter}\n`);
  } else if (spec[at + 1] === ':') {
    const attached = word.slice(sh.getoptsOffset + 1);
    index++;
    sh.getoptsOffset = 1;
    const value = attached !== '' ? attached : words[index++ - 1];
    if (value === undefined) {
      index--;
      sh.vars.set(variable, spec.startsWith(':') ? ':' : '?');
      if (spec.startsWith(':')) sh.vars.set('OPTARG', letter);
      else if (!silent)
        await sh.err(sh.dialect.extended ? `${shell}: option requires an argument -- ${letter}\n` : `No arg for -${letter} option\n`);
    } else {
      sh.vars.set(variable, letter);
      sh.vars.set('OPTARG', value);
    }
  } else {
    advance();
    sh.vars.set(variable, letter);
  }
  sh.vars.set('OPTIND', String(index));
  sh.getoptsIndex = index;
  return 0;
};
