interface Issued {
  readonly token: string;
  readonly issuedMs: number;
  readonly lifetimeMs: number;
  /** So that not all tokens are renewed at once, ms. */
  readonly jitterMs: number;
}

/** "refresh if the token is … older than 24 hours, or it is older than 80% of its total ttl" - token_manager.go */
const oldestMs = 24 * 3_600_000;
const share = 0.8;
const mostJitterMs = 10_000;

/** Service account tokens of pods: each is asked for once, and again when most of its time has passed. */
export class TokenCache {
  readonly #tokens = new Map<string, Issued>();

  constructor(private readonly clock: { now(): number; random(): number }) {}

  async get(podUid: string, audience: string | undefined, expirationSeconds: number, ask: () => Promise<string>): Promise<string> {
    const key = `${podUid}/${audience ?? ''}/${expirationSeconds}`;
    const known = this.#tokens.get(key);
    if (known && !this.#stale(known)) return known.token;
    const token = await ask();
    this.#tokens.set(key, {
      token,
      issuedMs: this.clock.now(),
      lifetimeMs: expirationSeconds * 1000,
      jitterMs: this.clock.random() * mostJitterMs,
    });
    return token;
  }

  #stale({ issuedMs, lifetimeMs, jitterMs }: Issued): boolean {
    const ageMs = this.clock.now() - issuedMs;
    return ageMs > oldestMs - jitterMs || ageMs > lifetimeMs * share - jitterMs;
  }

  forget(podUid: string): void {
    for (const key of this.#tokens.keys()) if (key.startsWith(`${podUid}/`)) this.#tokens.delete(key);
  }
}
