/** `set -o` names by their letters. */
export const optionLetters: Readonly<Record<string, string>> = {
  a: 'allexport', b: 'notify', B: 'braceexpand', C: 'noclobber', e: 'errexit', E: 'errtrace', f: 'noglob', h: 'hashall', H: 'histexpand',
  k: 'keyword', m: 'monitor', n: 'noexec', p: 'privileged', t: 'onecmd', T: 'functrace', u: 'nounset', v: 'verbose', x: 'xtrace', P: 'physical',
}; // prettier-ignore
