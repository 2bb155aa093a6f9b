import { SIG, type KernelApi, type Task } from '../../kernel';

/**
 * A pod's containerd-shim-runc-v2: the parent of the pod's pause process and of its containers. It is a subreaper and
 * reaps whatever ends below it.
 */
export function startShim(kernel: KernelApi, daemon: Task, sandboxId: string, namespace = 'k8s.io'): Task {
  const init = [...kernel.tasks()][0];
  return kernel.start(
    async (proc) => {
      proc.setName('containerd-shim');
      proc.setSubreaper(true);
      const reap = async (): Promise<void> => {
        try {
          while (await proc.wait(-1, { noHang: true }));
        } catch {
          // ECHILD: none left
        }
      };
      proc.sigaction(SIG.CHLD, reap, { restart: true });
      for (;;) {
        try {
          await proc.pause();
        } catch {
          // EINTR: reap ran
        }
      }
    },
    {
      argv: ['/usr/bin/containerd-shim-runc-v2', '-namespace', namespace, '-id', sandboxId, '-address', '/run/containerd/containerd.sock'],
      parent: init ?? daemon,
      session: daemon,
      threads: 11,
    },
  );
}
