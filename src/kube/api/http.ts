import type { Forwarding } from './forwarding';

/** HTTP as the API server, kubelet and kubectl speak it, in process or over a socket. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  /** With the query: `/api/v1/namespaces/default/pods?watch=true`. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Aborts a watch, a followed log or an open channel. */
  readonly signal?: CancelSignal;
}

/** The part of AbortSignal that is needed here, with no DOM type. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Calls back once, at once when already aborted. */
  onAbort(callback: () => void): void;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whole, or in chunks as they come (watches, followed logs). Log bytes are UTF-8 text. */
  readonly body: string | AsyncIterable<string>;
  /** Warning headers (RFC 7234 code 299), text only, in order. */
  readonly warnings?: readonly string[];
  /** Status 101: exec and attach go on over this channel (v5.channel.k8s.io). */
  readonly channel?: Channel;
  /** Status 101: port-forward goes on over this (portforward.k8s.io). */
  readonly forwarding?: Forwarding;
}

/** Channels of exec and attach: 0 stdin, 1 stdout, 2 stderr, 3 error (a Status as JSON, last), 4 resize (JSON {Width, Height}). */
export interface Channel {
  send(channel: number, bytes: Uint8Array): void;
  /** v5's close message for a channel (stdin's end of file). */
  closeSend(channel: number): void;
  onMessage(listener: (channel: number, bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** How anything reaches an API server: ours in process, or a real one through the host's fetch. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;
