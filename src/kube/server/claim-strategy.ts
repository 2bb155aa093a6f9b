import type { KubeObject } from '../api';
import type { Strategy } from './strategy';

interface Source {
  apiGroup?: string;
  kind?: string;
  name?: string;
  namespace?: string;
}
interface Claim extends KubeObject {
  spec?: { dataSource?: Source; dataSourceRef?: Source };
}

/** What the older of the two fields may name: a claim or a snapshot. */
const isClaimOrSnapshot = ({ apiGroup = '', kind }: Source): boolean =>
  (kind === 'PersistentVolumeClaim' && apiGroup === '') || (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io');

const copied = ({ apiGroup, kind, name }: Source): Source => ({ ...(apiGroup !== undefined && { apiGroup }), kind, name });

/** The two fields for what a volume begins with say the same. Sources in other namespaces are off by default. */
function alignSources(claim: Claim, old?: Claim): void {
  const { spec } = claim;
  if (!spec) return;
  if (spec.dataSourceRef && !old?.spec?.dataSourceRef) delete spec.dataSourceRef.namespace;
  if (spec.dataSource && !old?.spec?.dataSource && !isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource;
  if (spec.dataSourceRef?.namespace) return;
  if (spec.dataSource) spec.dataSourceRef ??= copied(spec.dataSource);
  else if (spec.dataSourceRef) spec.dataSource = copied(spec.dataSourceRef);
}

export const claimStrategy: Strategy = {
  returnsDeleted: true,
  prepareCreate: (claim) => alignSources(claim),
  prepareUpdate(claim, old) {
    claim['status'] = old['status'];
    alignSources(claim, old);
  },
};
