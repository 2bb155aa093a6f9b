import type { Pod } from '../api';

/** Where the kubelet's events go; repeated ones are counted up there. */
export interface EventSink {
  /** `container` names the container the event is about. */
  record(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void;
  /** Something Normal about the node itself. */
  recordNode(reason: string, message: string): void;
}
