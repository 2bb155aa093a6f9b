/** The keyboard has Cmd where others have Ctrl. */
export const mac = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');
