import type { SandboxApi, Scene } from '../../sandbox/protocol';

/** What the pictures show: asked for while one is open. */
export class Pictures {
  scene: Scene | undefined = $state.raw();
  #open = false;
  #access: Pick<SandboxApi, 'watchScene'> | undefined;

  /** Another sandbox is there. */
  async connect(access: Pick<SandboxApi, 'watchScene'>): Promise<void> {
    this.#access = access;
    if (this.#open) await access.watchScene(true);
  }

  /** The sandbox is gone. */
  disconnect(): void {
    this.#access = undefined;
    this.scene = undefined;
  }

  async watch(on: boolean): Promise<void> {
    this.#open = on;
    await this.#access?.watchScene(on);
  }
}
