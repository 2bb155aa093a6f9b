export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regex'; readonly source: string }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'field'; readonly index: Expression }
  | { readonly type: 'element'; readonly name: string; readonly subscripts: readonly Expression[] }
  | { readonly type: 'group'; readonly inner: Expression }
  | { readonly type: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'match'; readonly negated: boolean; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'in'; readonly subscripts: readonly Expression[]; readonly name: string }
  | { readonly type: 'conditional'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression }
  | { readonly type: 'assign'; readonly operator: string; readonly target: Target; readonly value: Expression }
  | { readonly type: 'increment'; readonly target: Target; readonly by: 1 | -1; readonly prefix: boolean }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'builtin'; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly type: 'getline';
      readonly source: 'input' | 'file' | 'command';
      readonly from: Expression | undefined;
      readonly target: Target | undefined;
    };

export type Target = Extract<Expression, { type: 'variable' | 'field' | 'element' }>;

export type Statement =
  | { readonly type: 'expression'; readonly value: Expression }
  | {
      readonly type: 'print' | 'printf';
      readonly args: readonly Expression[];
      readonly redirect: { readonly operator: string; readonly to: Expression } | undefined;
    }
  | { readonly type: 'block'; readonly body: readonly Statement[] }
  | { readonly type: 'if'; readonly test: Expression; readonly then: Statement; readonly otherwise: Statement | undefined }
  | { readonly type: 'while' | 'do'; readonly test: Expression; readonly body: Statement }
  | {
      readonly type: 'for';
      readonly init: Statement | undefined;
      readonly test: Expression | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
    }
  | { readonly type: 'for-in'; readonly variable: string; readonly name: string; readonly body: Statement }
  | { readonly type: 'break' | 'continue' | 'next' | 'nextfile' }
  | { readonly type: 'exit' | 'return'; readonly value: Expression | undefined }
  | { readonly type: 'delete'; readonly name: string; readonly subscripts: readonly Expression[] | undefined };

export interface AwkFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface Rule {
  readonly pattern:
    | { readonly kind: 'BEGIN' | 'END' | 'always' }
    | { readonly kind: 'expression'; readonly test: Expression }
    | { readonly kind: 'range'; readonly from: Expression; readonly to: Expression };
  readonly body: Statement | undefined;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}
