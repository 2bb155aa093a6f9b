import type { FieldError } from '../kube/api';
import type { Words } from './diagnostic';

/** What of an error its words may name. */
export interface Named {
  /** The last field of the path. */
  readonly field: string;
  /** The bad value as text; empty when it is none. */
  readonly value: string;
  /** What would be allowed, where the server lists it. */
  readonly allowed: readonly string[];
}

type Row = readonly [en: string, zh: string];
/** `{field}`, `{value}` and `{allowed}` stand for what the error names. */
const rows: Readonly<Record<string, Row>> = {
  'object-name': [
    'A name has only lower-case letters, digits, - and ., and begins and ends with a letter or digit.',
    '名字只能用小写字母、数字、- 和 .，并以字母或数字开头和结尾。',
  ],
  'lowercase-name': ['This name has only lower-case letters, digits and -.', '这个名字只能用小写字母、数字和 -。'],
  'name-required': ['Every object needs a name here.', '这里必须有名字。'],
  'missing-name': ['It needs a name.', '需要一个名字。'],
  'reference-name': ['This is no name that an object could have.', '对象不可能叫这个名字。'],
  'duplicate-name': ['The name {value} is there already; each needs its own.', '{value} 这个名字已经用过，不能重复。'],
  'label-key': ['A label’s or annotation’s key has letters, digits, -, _ and ., with at most one / after a domain.', '标签或注解的键只能用字母、数字、-、_ 和 .，域名前缀后最多一个 /。'],
  'annotation-key': ['An annotation’s key has letters, digits, -, _ and ., with at most one / after a domain.', '注解的键只能用字母、数字、-、_ 和 .，域名前缀后最多一个 /。'],
  'label-value': ['A label’s value has at most 63 letters, digits, -, _ and ., and no blanks.', '标签的值最多 63 个字符，只能用字母、数字、-、_ 和 .，不能有空格。'],
  'annotations-too-large': ['The annotations together are too large.', '注解总长度过大。'],
  'finalizer-name': ['A finalizer’s name has a domain before a /.', 'finalizer 的名字要带域名前缀和 /。'],
  'data-key': ['A key has only letters, digits, -, _ and .: it becomes a file’s name.', '键会成为文件名，只能用字母、数字、-、_ 和 .。'],
  'data-key-twice': ['This key stands in data and in binaryData.', '这个键同时出现在 data 和 binaryData 里。'],
  'data-too-large': ['All the data of one object may be 1 MiB at most.', '一个对象的数据总共不能超过 1 MiB。'],
  'docker-config-json': ['This type needs a JSON object as its value.', '这个类型的值必须是 JSON 对象。'],
  'ssh-privatekey': ['This type needs the key ssh-privatekey.', '这个类型必须有 ssh-privatekey 这个键。'],
  'service-account-annotation': ['This type needs an annotation that names its ServiceAccount.', '这个类型需要用注解写明 ServiceAccount。'],
  'secret-type-immutable': ['The type of a Secret cannot be changed; delete it and make it again.', 'Secret 的 type 不能改；请删除后重建。'],
  'immutable-field': ['This cannot be changed once the object is there.', '对象建好后这个字段不能再改。'],
  'immutable-data': ['The object is marked immutable.', '对象标记为 immutable，不能改。'],
  'immutable-pod': ['Of a running Pod only a few fields can change; delete the Pod and make it again.', 'Pod 运行后只有少数字段能改；请删除后重建。'],
  'containers-required': ['A Pod needs at least one container.', 'Pod 至少要有一个容器。'],
  'image-required': ['Each container needs an image.', '每个容器都需要 image。'],
  'image-padding': ['There are blanks around the image’s name.', '镜像名前后有空格。'],
  'mount-without-volume': ['The container mounts a volume called {value}; the Pod has none of this name.', '容器要挂载名为 {value} 的卷，但 Pod 里没有这个卷。'],
  'mount-path-required': ['It must say where in the container it is mounted.', '必须写明挂载到容器里的哪个路径。'],
  'duplicate-mount-path': ['Another volume is mounted at {value} already.', '{value} 已经挂载了另一个卷。'],
  'one-volume-source': ['A volume is made of one thing only; take one of the two out.', '一个卷只能有一种来源；请去掉一个。'],
  'octal-mode': ['Permission bits go from 0 to 0777; write them with a leading 0.', '权限位从 0 到 0777；请以 0 开头来写。'],
  'relative-path': ['The path must not begin with a slash.', '路径不能以斜杠开头。'],
  'no-parent-directory': ['The path must not lead upwards.', '路径不能用 .. 指向上级目录。'],
  'path-required': ['A path is needed here.', '这里需要路径。'],
  'conflicting-paths': ['Two sources would make the same file.', '两个来源会生成同一个文件。'],
  'key-required': ['Name the key to take.', '请写明要取的键。'],
  'secret-key-required': ['Name the key of the Secret.', '请写明 Secret 里的键。'],
  'secret-name-required': ['Name the Secret.', '请写明 Secret 的名字。'],
  'config-map-name-required': ['Name the ConfigMap.', '请写明 ConfigMap 的名字。'],
  'env-name': ['This is no name for an environment variable.', '环境变量不能叫这个名字。'],
  'env-source-required': ['It must say where the variables come from: configMapRef or secretRef.', '必须写明变量来源：configMapRef 或 secretRef。'],
  'one-env-source': ['Only one source at a time.', '一次只能有一个来源。'],
  'value-source-required': ['valueFrom must say where the value comes from, such as secretKeyRef.', 'valueFrom 必须写明来源，例如 secretKeyRef。'],
  'one-value-source': ['A variable has one source only.', '一个变量只能有一个来源。'],
  'value-and-value-from': ['A variable has either value or valueFrom.', '变量要么写 value，要么写 valueFrom。'],
  'field-path': ['The downward API does not know this field.', 'downward API 没有这个字段。'],
  'port-range': ['A port is a number from 1 to 65535.', '端口是 1 到 65535 的数。'],
  'port-number': ['A port is a number from 1 to 65535.', '端口是 1 到 65535 的数。'],
  'port-required': ['Name the port.', '请写明端口。'],
  'port-name': ['A port’s name has at most 15 lower-case letters, digits and -, and at least one letter.', '端口名最多 15 个字符，只能用小写字母、数字和 -，且至少有一个字母。'],
  'duplicate-host-port': ['This port of the node is asked for twice.', '同一个节点端口被要了两次。'],
  'host-network-port': ['With hostNetwork, both ports must be the same.', '用 hostNetwork 时，两个端口必须相同。'],
  'handler-required': ['It must say what to do: exec, httpGet, tcpSocket or grpc.', '必须写明做什么：exec、httpGet、tcpSocket 或 grpc。'],
  'one-handler': ['Only one of exec, httpGet, tcpSocket and grpc.', 'exec、httpGet、tcpSocket、grpc 只能选一个。'],
  'init-container-probe': ['An init container ends by itself, so it has no probes.', 'init 容器会自己结束，不能有探针。'],
  'restart-policy': ['A Pod is restarted Always, OnFailure or Never.', '重启策略只能是 Always、OnFailure 或 Never。'],
  'pull-policy': ['An image is pulled Always, Never or IfNotPresent.', '拉取策略只能是 Always、Never 或 IfNotPresent。'],
  'dns-policy': ['This DNS policy does not exist.', '没有这种 DNS 策略。'],
  'template-restart-policy': ['Pods of this kind are always restarted: restartPolicy is Always.', '这类 Pod 总会重启：restartPolicy 只能是 Always。'],
  'job-restart-policy': ['A Job’s Pods restart OnFailure or Never.', 'Job 的 Pod 只能用 OnFailure 或 Never。'],
  'unsupported-value': ['{value} is not among the values that are allowed here.', '{value} 不在允许的值里。'],
  'host-path-type': ['This type of hostPath does not exist.', '没有这种 hostPath 类型。'],
  'negative-quantity': ['An amount cannot be negative.', '数量不能是负数。'],
  'resource-name': ['The resource is called cpu, memory or ephemeral-storage, in lower case.', '资源名是小写的 cpu、memory 或 ephemeral-storage。'],
  'request-above-limit': ['It asks for more than its limit.', '请求量超过了上限。'],
  'id-range': ['A user or group is a number from 0 up.', '用户或组是从 0 起的数字。'],
  'privileged-without-escalation': ['A privileged container cannot forbid privilege escalation.', '特权容器不能禁止提权。'],
  'share-and-host-pid': ['shareProcessNamespace and hostPID exclude each other.', 'shareProcessNamespace 和 hostPID 不能同时开启。'],
  'ephemeral-on-create': ['Ephemeral containers come later, with kubectl debug.', '临时容器只能之后用 kubectl debug 添加。'],
  'toleration-key': ['Without a key, the operator must be Exists.', '没有 key 时，operator 必须是 Exists。'],
  'toleration-operator': ['The operator is Exists or Equal.', 'operator 只能是 Exists 或 Equal。'],
  'toleration-value': ['With Exists there is no value.', 'operator 是 Exists 时不能有 value。'],
  'toleration-seconds': ['tolerationSeconds goes with NoExecute only.', 'tolerationSeconds 只能和 NoExecute 一起用。'],
  'taint-effect': ['The effect is NoSchedule, PreferNoSchedule or NoExecute.', 'effect 只能是 NoSchedule、PreferNoSchedule 或 NoExecute。'],
  'ip-address': ['This is no IP address.', '这不是 IP 地址。'],
  'selector-mismatch': ['The selector must match the labels of the template.', 'selector 必须和模板的标签一致。'],
  'missing-selector': ['It must say which Pods are its own.', '必须写明哪些 Pod 归它管。'],
  'immutable-selector': ['The selector cannot be changed.', 'selector 不能改。'],
  'cron-schedule': ['A schedule has five fields: minute, hour, day, month, weekday.', '时间表有五个字段：分、时、日、月、星期。'],
}; // prettier-ignore

const typeRows: Readonly<Record<string, Row>> = {
  FieldValueRequired: ['{field} is missing here.', '这里缺少 {field}。'],
  FieldValueNotFound: ['{value} is not defined in this manifest.', '清单里没有定义 {value}。'],
  FieldValueDuplicate: ['{value} is there already.', '{value} 重复了。'],
  FieldValueNotSupported: ['{value} is not allowed here. It can be {allowed}.', '这里不能用 {value}，可以用 {allowed}。'],
  FieldValueForbidden: ['{field} cannot be used here.', '这里不能用 {field}。'],
  FieldValueTooLong: ['{field} is too long.', '{field} 太长。'],
  FieldValueTooMany: ['There are too many of them.', '数量太多。'],
  FieldValueInvalid: ['The server does not take this as {field}.', '服务器不接受这样的 {field}。'],
  FieldValueTypeInvalid: ['{field} is of another type.', '{field} 的类型不对。'],
};

export const fill = (row: Row, named: Named): Words => {
  const put = (text: string, comma: string): string =>
    text.replaceAll('{field}', named.field).replaceAll('{value}', named.value).replaceAll('{allowed}', named.allowed.join(comma));
  return { en: put(row[0], ', '), zh: put(row[1], '、') };
};

/** One plain sentence on what the server found. */
export function plainWords(error: FieldError, named: Named): Words {
  const byRule =
    error.rule === undefined || (error.rule === 'unsupported-value' && named.allowed.length > 0) ? undefined : rows[error.rule];
  return fill(byRule ?? typeRows[error.type] ?? ['The server does not take this.', '服务器不接受。'], named);
}
