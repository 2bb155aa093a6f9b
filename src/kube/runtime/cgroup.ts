import type { CgroupSettings } from '../../kernel';
import type { ContainerResources } from './types';

export const noLimits: ContainerResources = {
  memoryLimitBytes: Infinity,
  cpuShares: 0,
  cpuQuotaUs: Infinity,
  cpuPeriodUs: 100_000,
  oomScoreAdj: 0,
};

/** cpu.shares of cgroup v1 as v2's cpu.weight, so that 2, 1024 and 262144 become 1, 100 and 10000 (opencontainers/cgroups). */
function cpuWeight(shares: number): number {
  if (shares === 0) return 100;
  if (shares <= 2) return 1;
  if (shares >= 262_144) return 10_000;
  const log = Math.log2(shares);
  return Math.ceil(10 ** ((log * log + 125 * log) / 612 - 7 / 34));
}

/** What runc writes into a container's cgroup; the kubelet asks for all processes to die together. */
export const cgroupSettings = ({
  memoryLimitBytes,
  cpuShares,
  cpuQuotaUs,
  cpuPeriodUs,
}: Omit<ContainerResources, 'oomScoreAdj'>): Partial<CgroupSettings> => ({
  memoryMax: memoryLimitBytes,
  cpuWeight: cpuWeight(cpuShares),
  cpuQuotaUs,
  cpuPeriodUs,
  oomGroup: true,
});
