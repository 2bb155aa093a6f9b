import type { ResourceRef } from '../api';

const core = (resource: string): ResourceRef => ({ groupVersion: 'v1', resource });

export const pods = core('pods');
export const nodes = core('nodes');
export const namespaces = core('namespaces');
export const serviceAccounts = core('serviceaccounts');
export const secrets = core('secrets');
export const configMaps = core('configmaps');
export const newEvents: ResourceRef = { groupVersion: 'events.k8s.io/v1', resource: 'events' };
