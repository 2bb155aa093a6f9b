/** A TCP connection to a port of a pod: bytes both ways, each way with its own end. */
export interface ForwardedConnection {
  send(bytes: Uint8Array): void;
  /** Nothing more will be sent. */
  closeSend(): void;
  /** `onEnd` is called once, last; with the node's words when it could not forward. What came before waits for the listeners. */
  listen(onData: (bytes: Uint8Array) => void, onEnd: (problem?: string) => void): void;
  /** Gives the connection up: nothing more is told of it. */
  close(): void;
}

/** The upgraded connection of `pods/portforward` (portforward.k8s.io): any number of connections to a pod's ports. */
export interface Forwarding {
  connect(port: number): ForwardedConnection;
  /** Calls back once, when the way to the pod is lost or closed. */
  onClose(listener: () => void): void;
  close(): void;
}

/** One end of a connection: what is delivered before anybody listens waits. */
export class Delivery {
  #waiting: Uint8Array[] = [];
  #listeners: [onData: (bytes: Uint8Array) => void, onEnd: (problem?: string) => void] | undefined;
  #end: { readonly problem?: string } | undefined;
  #done = false;

  listen(onData: (bytes: Uint8Array) => void, onEnd: (problem?: string) => void): void {
    this.#listeners = [onData, onEnd];
    for (const bytes of this.#waiting.splice(0)) onData(bytes);
    if (this.#end) this.#finish(this.#end);
  }
  deliver(bytes: Uint8Array): void {
    if (this.#end || this.#done || bytes.length === 0) return;
    if (this.#listeners) this.#listeners[0](bytes);
    else this.#waiting.push(bytes);
  }
  end(problem?: string): void {
    if (this.#end || this.#done) return;
    this.#end = { problem };
    if (this.#listeners) this.#finish(this.#end);
  }
  /** Nothing more is told. */
  stop(): void {
    this.#done = true;
    this.#waiting = [];
  }
  #finish({ problem }: { readonly problem?: string }): void {
    if (this.#done) return;
    this.#done = true;
    this.#listeners?.[1](problem);
  }
}
