type Factory = (context: unknown, options: unknown) => unknown;
let factory: Factory | undefined;

/** Stands in for `monaco-worker-manager/worker`, which needs a browser: what a Worker's module hands to Monaco is kept. */
export function initialize(made: Factory): void {
  factory = made;
}

/** What the Worker that was imported last does, as Monaco would have made it. */
export const initialized: Factory = (context, options) => factory?.(context, options);
