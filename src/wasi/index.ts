export { createWasi } from './wasi';
export { createPlainHost } from './plain-host';
export type { PlainHostOptions } from './plain-host';
export type { GuestClock } from './guest';
export type { Guest, GuestEnd, GuestEvents, GuestImage, OnProgress, WasiHost } from './host';
