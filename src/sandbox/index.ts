export type { SandboxAssets } from './assets';
export { createSandbox, type Sandbox, type SandboxOptions } from './sandbox';
export { loginEnvironment, type Machine } from './machine';
export { installTerminal, runCommand, exitCodeOf, type Output } from './session';
export { createPageSandbox, type LoadReport, type PageHost } from './page';
export * from './headless';
