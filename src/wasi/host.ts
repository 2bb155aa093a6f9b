import type { Bytes } from '../kernel';

/** Something that can run WASI modules: @wasmer/sdk, or the engine's own WebAssembly. */
export interface WasiHost {
  /** Takes a module's bytes; throws (or rejects) when they are no module that it can run. */
  load(content: Bytes): GuestImage | Promise<GuestImage>;
  /** Ends what is left of guests, Workers and clients. */
  close(): Promise<void>;
}

export interface GuestImage {
  /** A new instance, not yet running. */
  start(events: GuestEvents): Guest;
}

export interface GuestEvents {
  /** Bytes that the guest wrote on its fd 1. They may be answered by `Guest.write` before this returns. */
  received(bytes: Bytes): void;
  /** Called once, when the instance has ended by itself. */
  ended(end: GuestEnd): void;
}

export type GuestEnd = { readonly kind: 'exited'; readonly code: number } | { readonly kind: 'trapped'; readonly message: string };

export interface Guest {
  run(): void;
  /** Bytes for the guest's fd 0. */
  write(bytes: Bytes): void;
  /** Ends it for good, wherever it is. */
  kill(): void;
  /** Says that the guest computes instead of waiting: a host may move it to a thread of its own. */
  computes?(): void;
}

/** How far something large has come. `fraction` is 0..1, or undefined while unknown. */
export type OnProgress = (stage: string, fraction: number | undefined) => void;
