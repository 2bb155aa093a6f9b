import type { Forwarding } from './forwarding';
import type { CancelSignal, Channel } from './http';

/** Which container of which pod the API server asks a node about. */
export interface ContainerTarget {
  readonly nodeName: string;
  readonly namespace: string;
  readonly podName: string;
  readonly podUID: string;
  readonly container: string;
}

/** `pods/log`, after the API server has checked that there is a container to read. */
export interface LogRequest extends ContainerTarget {
  /** As in the pod's status: `containerd://…`; with `previous`, the last terminated one's. */
  readonly containerID: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Only lines written at this time (ms since the epoch) or later. */
  readonly sinceMs?: number;
  readonly stream: 'All' | 'Stdout' | 'Stderr';
  readonly signal?: CancelSignal;
}

export interface ExecRequest extends ContainerTarget {
  /** Empty for attach. */
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  readonly signal?: CancelSignal;
}

/** `pods/portforward`. */
export type PortForwardRequest = Omit<ContainerTarget, 'container'>;

/** The kubelet's own answer in plain text (its http.Error), which the API server passes on as it is. */
export class NodeRefusal extends Error {
  constructor(
    /** HTTP status. */
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The kubelet as the API server reaches it. Each call may reject with an Error that carries a `status: Status`
 * (`ApiError`) or with a `NodeRefusal`; any other rejection is answered as an internal error (500).
 */
export interface NodeProxy {
  containerLogs(request: LogRequest): Promise<AsyncIterable<string>>;
  exec(request: ExecRequest): Promise<Channel>;
  attach(request: ExecRequest): Promise<Channel>;
  portForward(request: PortForwardRequest): Promise<Forwarding>;
  /** A TCP connection from the API server's machine, for one request. Throws the Errno of connect(2). */
  dial(address: string, port: number): { exchange(request: Uint8Array): Promise<Uint8Array> };
}
