import type { HttpRequest, HttpResponse } from '../kube/api';

/** How to speak TLS with a server: PEM texts, as kubeconfig holds them. */
export interface TlsOptions {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecure: boolean;
}

/** An API server that is not the sandbox's own. */
export interface Remote {
  /** `https://10.0.0.1:6443`, with a path when the server has one. */
  readonly url: string;
  readonly tls: TlsOptions;
}

/** How the host reaches other servers. Rejects with `NetworkProblem`. */
export type Network = (remote: Remote, request: HttpRequest) => Promise<HttpResponse>;

/** Why a server was not reached, in the words of Go's net: `dial tcp 10.0.0.1:6443: connect: connection refused`. */
export class NetworkProblem extends Error {
  constructor(
    readonly detail: string,
    readonly refused = false,
  ) {
    super(detail);
    this.name = 'NetworkProblem';
  }
}

/** A machine with no network but its own loopback, on which nothing else listens. */
export const noNetwork: Network = (remote) => {
  const { hostname, port, protocol } = new URL(remote.url);
  const where = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  if (hostname === 'localhost') return refuse(where.replace('localhost', '127.0.0.1'));
  if (hostname.startsWith('127.') || hostname === '[::1]') return refuse(where);
  if (/^[\d.]+$|^\[/.test(hostname)) return Promise.reject(new NetworkProblem(`dial tcp ${where}: connect: network is unreachable`));
  return Promise.reject(new NetworkProblem(`dial tcp: lookup ${hostname}: no such host`));
};

const refuse = (where: string): Promise<never> =>
  Promise.reject(new NetworkProblem(`dial tcp ${where}: connect: connection refused`, true));
