export { createServer, serverVersion } from './server';
export type { ApiServer, ServerOptions } from './server';
