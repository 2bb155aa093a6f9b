# 1
docker ps | grep pause
# 2
cat Dockerfile pause.c
# 3
/pause & pid=$!
sleep 1
kill -TERM $pid
wait $pid
# 4
unshare --pid --fork --mount-proc bash -c 'ps; exit'
# 5
kubectl apply -f shared-pid.yaml
kubectl wait --for=condition=Ready pod/shared --timeout=60s
kubectl exec shared -- ps
# 6
kubectl apply -f plain-pod.yaml
kubectl wait --for=condition=Ready pod/plain --timeout=60s
kubectl exec shared -- sh -c 'sleep 1 >/dev/null 2>&1 &'
kubectl exec plain -- sh -c 'sleep 1 >/dev/null 2>&1 &'
sleep 3
kubectl exec plain -- ps -o pid,ppid,stat,args
# 7
kubectl exec shared -- kill -KILL 1
kubectl exec shared -- kill -TERM 1
sleep 5
kubectl wait --for=condition=Ready pod/shared --timeout=60s
# 8
kubectl delete pod shared plain
