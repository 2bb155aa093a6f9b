export { startControllers } from './controllers';
export type { ControllerOptions, Controllers } from './controllers';
export { clusterCertificate } from './certificate';
export { Informer } from './informer';
