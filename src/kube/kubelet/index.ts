export type { EventSink } from './event-sink';
export { Kubelet, type KubeletOptions } from './kubelet';
export type { NodeFacts } from './node-object';
