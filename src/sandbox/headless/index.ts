export { answer, type Answer, type Headless } from './answer';
export { parseOptions, usage, UsageError, type CliOptions } from './options';
export { parseRequest, type Request } from './requests';
