import { languages } from './monaco';
import { yamlStart, yamlTokens, type YamlState } from './yaml-tokens';

class LineState implements languages.IState {
  readonly state: YamlState;

  constructor(state: YamlState) {
    this.state = state;
  }

  clone(): LineState {
    return this;
  }

  equals(other: languages.IState): boolean {
    if (!(other instanceof LineState)) return false;
    const { block, quote, flow } = other.state;
    return this.state.block === block && this.state.quote === quote && this.state.flow === flow;
  }
}

let known = false;

/** Makes Monaco know YAML. */
export function registerYaml(): void {
  if (known) return;
  known = true;
  languages.register({ id: 'yaml', extensions: ['.yaml', '.yml'], aliases: ['YAML'] });
  languages.setTokensProvider('yaml', {
    getInitialState: () => new LineState(yamlStart),
    tokenize(line, state) {
      const { tokens, end } = yamlTokens(line, (state as LineState).state);
      return { tokens: tokens.map(({ start, kind }) => ({ startIndex: start, scopes: kind })), endState: new LineState(end) };
    },
  });
  languages.setLanguageConfiguration('yaml', {
    comments: { lineComment: '#' },
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"', notIn: ['string', 'comment'] },
      { open: "'", close: "'", notIn: ['string', 'comment'] },
    ],
    surroundingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"' },
      { open: "'", close: "'" },
    ],
    folding: { offSide: true },
    // a key without a value, or a list's item, holds what comes below it
    onEnterRules: [
      {
        beforeText: /^\s*(?:- +)*[^\s#][^#]*:\s*(?:[|>][-+\d]*)?\s*$/,
        action: { indentAction: languages.IndentAction.Indent },
      },
    ],
    wordPattern: /[^\s,[\]{}:"'#]+/,
  });
}
