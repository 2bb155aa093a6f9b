export { createServer, serverVersion } from './server';
export type { ApiServer, ServerOptions } from './server';
export type { YamlReader } from './yaml-body';
