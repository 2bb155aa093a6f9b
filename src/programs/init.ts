import { Errno, type Program, SIG } from '../kernel';

/** PID 1 of the node: starts nothing itself, and reaps what it is given for as long as the machine runs. */
export const init: Program = async (proc) => {
  proc.setName('systemd');
  proc.sigaction(SIG.CHLD, () => undefined);
  for (;;) {
    try {
      await proc.wait(-1);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code !== 'ECHILD') continue;
      try {
        await proc.pause();
      } catch (interrupted) {
        if (!(interrupted instanceof Errno)) throw interrupted;
      }
    }
  }
};
