import type { KubeObject } from '../../api';
import { age, array, containersOf, fields, labelSelectorText, name, printer, text, type Fields } from './cells';
import type { Cell, Printer } from './column';
import { humanDuration } from './duration';

const specOf = (object: KubeObject): Fields => fields(object['spec']);
const statusOf = (object: KubeObject): Fields => fields(object['status']);
const count = (value: unknown): number => array(value).length;
const labelsText = (labels: unknown): string =>
  Object.entries(fields(labels)).map(([key, value]) => `${key}=${String(value)}`).sort().join(',') || '<none>'; // prettier-ignore
/** rest.NewDefaultTableConvertor: for kinds without a printer. */
const created = printer(['Name', 'Created At'], (object) => [name(object), text(object.metadata.creationTimestamp, '')]);
const aged = printer(['Name', 'Age'], (object, nowMs) => [name(object), age(object, nowMs)]);

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
/** Each mode once, in the order of `shortModes`. */
const modesText = (modes: unknown): string =>
  Object.keys(shortModes).filter((mode) => array<string>(modes).includes(mode)).map((mode) => shortModes[mode]).join(','); // prettier-ignore
const storageText = (amounts: unknown): string => text(fields(amounts)['storage'], '');
const phaseOf = (object: KubeObject): string => (object.metadata.deletionTimestamp ? 'Terminating' : text(statusOf(object)['phase'], ''));

function volumeCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = specOf(object);
  const claim = fields(spec['claimRef']);
  return [
    name(object),
    storageText(spec['capacity']),
    modesText(spec['accessModes']),
    text(spec['persistentVolumeReclaimPolicy'], ''),
    phaseOf(object),
    claim['name'] ? `${text(claim['namespace'], '')}/${text(claim['name'], '')}` : '',
    text(object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec['storageClassName'], ''),
    text(spec['volumeAttributesClassName'], '<unset>'),
    text(statusOf(object)['reason'], ''),
    age(object, nowMs),
    text(spec['volumeMode'], '<unset>'),
  ];
}

function claimCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = specOf(object);
  const status = statusOf(object);
  const bound = text(spec['volumeName'], '') !== '';
  return [
    name(object),
    phaseOf(object),
    text(spec['volumeName'], ''),
    bound ? storageText(status['capacity']) : '',
    bound ? modesText(status['accessModes']) : '',
    text(object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec['storageClassName'], ''),
    text(spec['volumeAttributesClassName'], '<unset>'),
    age(object, nowMs),
    text(spec['volumeMode'], '<unset>'),
  ];
}

const defaultMarks = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

function storageClassCells(object: KubeObject, nowMs: number): Cell[] {
  const standard = defaultMarks.some((mark) => object.metadata.annotations?.[mark] === 'true');
  return [
    name(object) + (standard ? ' (default)' : ''),
    text(object['provisioner'], ''),
    text(object['reclaimPolicy'], 'Delete'),
    text(object['volumeBindingMode'], 'Immediate'),
    object['allowVolumeExpansion'] === true,
    age(object, nowMs),
  ];
}

function quotaCells(object: KubeObject, nowMs: number): Cell[] {
  const { hard, used } = statusOf(object);
  const amounts = Object.keys(fields(hard)).sort();
  const column = (limits: boolean): string =>
    amounts
      .filter((amount) => amount.startsWith('limits.') === limits)
      .map((amount) => `${amount}: ${text(fields(used)[amount], '0')}/${text(fields(hard)[amount], '0')}`)
      .join(', ');
  return [name(object), column(false), column(true), age(object, nowMs)];
}

function ingressCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = specOf(object);
  const hosts = array<{ host?: string }>(spec['rules']).flatMap(({ host }) => (host ? [host] : []));
  const most = 3;
  const shown = hosts.slice(0, most).join(',') + (hosts.length > most ? ` + ${hosts.length - most} more...` : '');
  const points = array<{ ip?: string; hostname?: string }>(fields(statusOf(object)['loadBalancer'])['ingress']);
  const addresses = new Set(points.flatMap(({ ip, hostname }) => ip || hostname || []));
  return [
    name(object),
    text(spec['ingressClassName']),
    shown || '*',
    [...addresses].sort().join(','),
    count(spec['tls']) > 0 ? '80, 443' : '80',
    age(object, nowMs),
  ];
}

function ingressClassCells(object: KubeObject, nowMs: number): Cell[] {
  const { parameters, controller } = specOf(object);
  const { kind, apiGroup, name: of } = fields(parameters);
  const shown = parameters ? `${text(kind, '')}${apiGroup ? `.${text(apiGroup, '')}` : ''}/${text(of, '')}` : '<none>';
  return [name(object), text(controller, ''), shown, age(object, nowMs)];
}

function requestCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = specOf(object);
  const { conditions, certificate } = statusOf(object);
  const types = array<{ type: string }>(conditions).map(({ type }) => type);
  const decided = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  const seconds = spec['expirationSeconds'];
  const failed = types.includes('Failed') ? ',Failed' : '';
  return [
    name(object),
    age(object, nowMs),
    text(spec['signerName']),
    text(spec['username'], ''),
    seconds === undefined ? '<none>' : humanDuration(Number(seconds) * 1000),
    decided + failed + (certificate ? ',Issued' : ''),
  ];
}

function driverCells(object: KubeObject, nowMs: number): Cell[] {
  const spec = specOf(object);
  const audiences = array<{ audience?: string }>(spec['tokenRequests']).map(({ audience }) => audience ?? '');
  return [
    name(object),
    spec['attachRequired'] !== false,
    spec['podInfoOnMount'] === true,
    spec['storageCapacity'] === true,
    spec['tokenRequests'] === undefined ? '<unset>' : audiences.join(','),
    spec['requiresRepublish'] === true,
    array<string>(spec['volumeLifecycleModes']).join(',') || '<none>',
    age(object, nowMs),
  ];
}

const hooks = printer(['Name', 'Webhooks#', 'Age'], (object, nowMs) => [name(object), count(object['webhooks']), age(object, nowMs)]);
const policy = (many: string, field: string): Printer =>
  printer(['Name', `${many}#`, 'ParamKind', 'Age'], (object, nowMs) => {
    const spec = specOf(object);
    const { apiVersion, kind } = fields(spec['paramKind']);
    return [
      name(object),
      count(spec[field]),
      spec['paramKind'] ? `${text(apiVersion, '')}/${text(kind, '')}` : '<unset>',
      age(object, nowMs),
    ];
  });
const policyBinding = printer(['Name', 'PolicyName', 'ParamRef', 'Age'], (object, nowMs) => {
  const spec = specOf(object);
  const { name: of, namespace } = fields(spec['paramRef']);
  const param = namespace ? `${text(namespace, '')}/${text(of, '*')}` : text(of, '*');
  return [name(object), text(spec['policyName'], ''), spec['paramRef'] ? param : '<unset>', age(object, nowMs)];
});

/** Printers of kinds that the sandbox stores and does little with. */
export const otherPrinters: Readonly<Record<string, Printer>> = {
  limitranges: created,
  resourcequotas: printer(['Name', 'Request', 'Limit', 'Age'], quotaCells),
  podtemplates: printer(['Name', 'Containers', 'Images', 'Pod Labels'], (object) => [
    name(object),
    ...containersOf(object['template']),
    labelsText(fields(fields(object['template'])['metadata'])['labels']),
  ]),
  persistentvolumes: printer(
    [
      'Name',
      'Capacity',
      'Access Modes',
      'Reclaim Policy',
      'Status',
      'Claim',
      'StorageClass',
      'VolumeAttributesClass',
      'Reason',
      'Age',
      '+VolumeMode',
    ],
    volumeCells,
  ),
  persistentvolumeclaims: printer(
    ['Name', 'Status', 'Volume', 'Capacity', 'Access Modes', 'StorageClass', 'VolumeAttributesClass', 'Age', '+VolumeMode'],
    claimCells,
  ),
  'storage.k8s.io/storageclasses': printer(
    ['Name', 'Provisioner', 'ReclaimPolicy', 'VolumeBindingMode', 'AllowVolumeExpansion', 'Age'],
    storageClassCells,
  ),
  'storage.k8s.io/csidrivers': printer(
    ['Name', 'AttachRequired?', 'PodInfoOnMount?', 'StorageCapacity?', 'TokenRequests', 'RequiresRepublish?', 'Modes', 'Age'],
    driverCells,
  ),
  'storage.k8s.io/csinodes': printer(['Name', 'Drivers#', 'Age'], (object, nowMs) => [
    name(object),
    count(specOf(object)['drivers']),
    age(object, nowMs),
  ]),
  'storage.k8s.io/csistoragecapacities': printer(['Name', 'StorageClassName', 'Capacity'], (object) => [
    name(object),
    text(object['storageClassName'], ''),
    text(object['capacity'], '<unset>'),
  ]),
  'storage.k8s.io/volumeattachments': printer(['Name', 'Attacher', 'PV', 'Node', 'Attached?', 'Age'], (object, nowMs) => {
    const spec = specOf(object);
    const volume = fields(spec['source'])['persistentVolumeName'];
    const attached = statusOf(object)['attached'] === true;
    return [name(object), text(spec['attacher'], ''), text(volume, ''), text(spec['nodeName'], ''), attached, age(object, nowMs)];
  }),
  'storage.k8s.io/volumeattributesclasses': printer(['Name', 'DriverName', 'Age'], (object, nowMs) => [
    name(object),
    text(object['driverName'], ''),
    age(object, nowMs),
  ]),
  'networking.k8s.io/ingresses': printer(['Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age'], ingressCells),
  'networking.k8s.io/ingressclasses': printer(['Name', 'Controller', 'Parameters', 'Age'], ingressClassCells),
  'networking.k8s.io/networkpolicies': printer(['Name', 'Pod-Selector', 'Age'], (object, nowMs) => [
    name(object),
    labelSelectorText(specOf(object)['podSelector']),
    age(object, nowMs),
  ]),
  'networking.k8s.io/ipaddresses': printer(['Name', 'ParentRef'], (object) => {
    const { group, resource, namespace, name: of } = fields(specOf(object)['parentRef']);
    return [
      name(object),
      [group, resource, namespace, of]
        .filter(Boolean)
        .map((part) => text(part))
        .join('/'),
    ];
  }),
  'networking.k8s.io/servicecidrs': printer(['Name', 'CIDRs', 'Age'], (object, nowMs) => [
    name(object),
    array<string>(specOf(object)['cidrs']).join(','),
    age(object, nowMs),
  ]),
  'policy/poddisruptionbudgets': printer(['Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions#', 'Age'], (object, nowMs) => {
    const { minAvailable, maxUnavailable } = specOf(object);
    const allowed = Number(statusOf(object)['disruptionsAllowed'] ?? 0);
    return [name(object), text(minAvailable, 'N/A'), text(maxUnavailable, 'N/A'), allowed, age(object, nowMs)];
  }),
  'certificates.k8s.io/certificatesigningrequests': printer(
    ['Name', 'Age', 'SignerName', 'Requestor', 'RequestedDuration', 'Condition'],
    requestCells,
  ),
  'node.k8s.io/runtimeclasses': printer(['Name', 'Handler', 'Age'], (object, nowMs) => [
    name(object),
    text(object['handler'], ''),
    age(object, nowMs),
  ]),
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': hooks,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': hooks,
  'admissionregistration.k8s.io/validatingadmissionpolicies': policy('Validations', 'validations'),
  'admissionregistration.k8s.io/mutatingadmissionpolicies': policy('Mutations', 'mutations'),
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': policyBinding,
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings': policyBinding,
  'apiextensions.k8s.io/customresourcedefinitions': created,
  'resource.k8s.io/deviceclasses': aged,
  'resource.k8s.io/resourceclaimtemplates': aged,
  'resource.k8s.io/resourceclaims': printer(['Name', 'State', 'Age'], (object, nowMs) => {
    const { allocation, reservedFor } = statusOf(object);
    const states = [
      ...(object.metadata.deletionTimestamp ? ['deleted'] : []),
      allocation ? 'allocated' : 'pending',
      ...(count(reservedFor) > 0 ? ['reserved'] : []),
    ];
    return [name(object), states.join(','), age(object, nowMs)];
  }),
  'resource.k8s.io/resourceslices': printer(['Name', 'Node', 'Driver', 'Pool', 'Age'], (object, nowMs) => {
    const { nodeName, allNodes, driver, pool } = specOf(object);
    const node = text(nodeName, allNodes ? '<all>' : '<unset>');
    return [name(object), node, text(driver, ''), text(fields(pool)['name'], ''), age(object, nowMs)];
  }),
  'apiregistration.k8s.io/apiservices': printer(['Name', 'Service', 'Available', 'Age'], (object, nowMs) => {
    const { namespace, name: of } = fields(specOf(object)['service']);
    const conditions = array<{ type: string; status: string; reason?: string }>(statusOf(object)['conditions']);
    const available = conditions.find(({ type }) => type === 'Available');
    const shown = available ? (available.status === 'True' ? 'True' : `${available.status} (${available.reason ?? ''})`) : 'Unknown';
    return [name(object), of ? `${text(namespace, '')}/${text(of, '')}` : 'Local', shown, age(object, nowMs)];
  }),
  'flowcontrol.apiserver.k8s.io/flowschemas': printer(
    ['Name', 'PriorityLevel', 'MatchingPrecedence', 'DistinguisherMethod', 'Age', 'MissingPL'],
    (object, nowMs) => {
      const spec = specOf(object);
      const dangling = array<{ type: string; status: string }>(statusOf(object)['conditions']).find(({ type }) => type === 'Dangling');
      return [
        name(object),
        text(fields(spec['priorityLevelConfiguration'])['name'], ''),
        text(spec['matchingPrecedence'], '0'),
        text(fields(spec['distinguisherMethod'])['type']),
        age(object, nowMs),
        dangling?.status ?? '?',
      ];
    },
  ),
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations': printer(
    ['Name', 'Type', 'NominalConcurrencyShares', 'Queues', 'HandSize', 'QueueLengthLimit', 'Age'],
    (object, nowMs) => {
      const { type, limited } = specOf(object);
      const { nominalConcurrencyShares, limitResponse } = fields(limited);
      const { queues, handSize, queueLengthLimit } = fields(fields(limitResponse)['queuing']);
      const queuing = [queues, handSize, queueLengthLimit].map((value) => text(value));
      return [name(object), text(type, ''), text(nominalConcurrencyShares), ...queuing, age(object, nowMs)];
    },
  ),
};
