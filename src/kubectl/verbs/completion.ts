import type { Command, Invocation } from '../command';
import { usageError } from '../errors';

/** For bash: asks `kubectl __complete` for the words, and follows its directive. */
const bash = `# bash completion for kubectl                               -*- shell-script -*-

__kubectl_complete() {
    local cur="\${COMP_WORDS[COMP_CWORD]}" out directive word
    out=$(kubectl __completeNoDesc "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    directive=\${out##*:}
    out=\${out%:*}
    COMPREPLY=()
    if (( directive & 1 )); then
        return
    fi
    if (( directive & 8 )); then
        while IFS= read -r word; do
            COMPREPLY+=($(compgen -f -X "!*.$word" -- "$cur"))
        done <<< "$out"
        return
    fi
    while IFS= read -r word; do
        [[ -n $word && $word == "$cur"* ]] && COMPREPLY+=("$word")
    done <<< "$out"
    if (( directive & 2 )) || [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
    if (( !(directive & 4) && \${#COMPREPLY[@]} == 0 )); then
        COMPREPLY=($(compgen -f -- "$cur"))
    fi
}

complete -o default -F __kubectl_complete kubectl
`;

export const completion: Command = {
  use: 'completion SHELL',
  short: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  group: 'settings',
  long: `Output shell completion code for the specified shell (bash, zsh, fish, or powershell). The shell must evaluate it, for instance from its .bash_profile.`,
  example: `  # Complete in this shell
  source <(kubectl completion bash)`,
  async run({ k, args, path }: Invocation) {
    if (args.length === 0) throw usageError(path, 'Shell not specified.');
    if (args.length > 1) throw usageError(path, 'Too many arguments. Expected only the shell type.');
    if (args[0] !== 'bash') throw usageError(path, `Unsupported shell type "${args[0]}".`);
    await k.out(bash);
    return 0;
  },
  complete: () => Promise.resolve(['bash']),
};
