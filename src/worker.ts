import { expose } from 'comlink';
import { createPageSandbox } from './sandbox';

expose(createPageSandbox());
