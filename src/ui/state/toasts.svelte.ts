export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
  /** The filled button. */
  readonly main?: boolean;
  /** Stays after the action. */
  readonly stays?: boolean;
}

export interface Toast {
  readonly id: number;
  /** One toast a topic: a second one replaces the first. */
  readonly topic: string;
  readonly kind: 'fail' | 'wait' | 'run';
  readonly title: string;
  readonly text: string;
  readonly detail?: string | undefined;
  readonly actions: readonly ToastAction[];
}

/** Messages at the corner. Errors stay until they are closed; good news leaves after 6 s. */
export class Toasts {
  list: readonly Toast[] = $state.raw([]);
  #next = 1;

  show(toast: Omit<Toast, 'id' | 'actions'> & { readonly actions?: readonly ToastAction[] }): void {
    const id = this.#next++;
    this.list = [...this.list.filter((other) => other.topic !== toast.topic), { actions: [], ...toast, id }].slice(-3);
    if (toast.kind === 'run') setTimeout(() => this.close(id), 6000);
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  closeTopic(topic: string): void {
    this.list = this.list.filter((toast) => toast.topic !== topic);
  }
}
