/** Set before the one reload that makes a page isolated, so that there is never a second. */
const reloadedKey = 'pausebox reloaded for isolation';
const idleMs = 4000;

/**
 * Registers the service worker, which keeps the page for when the network is gone and, on hosts that send no isolation
 * headers, adds them. Such a page has to be loaded once more to be isolated: that happens at once when nobody has touched
 * it yet; else the banner that offers it stays. Without `reloads`, as in a frame whose page decides on isolation, it never does.
 */
export async function keepOffline({ reloads }: { readonly reloads: boolean }): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  let touched = false;
  const touch = (): void => void (touched = true);
  for (const type of ['keydown', 'pointerdown'] as const) addEventListener(type, touch, { once: true, capture: true });
  try {
    await navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`, { scope: import.meta.env.BASE_URL });
  } catch {
    // private windows and file URLs have none: the page works without
    return;
  }
  const { active } = await navigator.serviceWorker.ready;
  if (reloads && !crossOriginIsolated && !touched && !sessionStorage.getItem(reloadedKey)) {
    sessionStorage.setItem(reloadedKey, '1');
    location.reload();
    return;
  }
  setTimeout(() => active?.postMessage('keep-rest'), idleMs);
}
