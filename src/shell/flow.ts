/** Ways a command list ends early. */
export class ExitShell extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

export class LoopJump extends Error {
  constructor(
    readonly kind: 'break' | 'continue',
    public levels: number,
    /** What the loop ends with. */
    readonly status = 0,
  ) {
    super(kind);
  }
}

export class FunctionReturn extends Error {
  constructor(readonly status: number) {
    super('return');
  }
}

/** An expansion or assignment failed: the current line is abandoned (or, `fatal`, a shell that is not interactive ends). The message is printed by whoever catches it. */
export class ShellError extends Error {
  constructor(
    message: string,
    readonly status = 1,
    readonly fatal = false,
    /** What the message begins with, when the place of the error has been left since. */
    public where?: string,
  ) {
    super(message);
  }
}

/** The user typed Ctrl-C at a prompt or during a builtin. */
export class Interrupted extends Error {}
