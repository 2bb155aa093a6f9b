docker ps | grep pause
/pause -v
/pause & pid=$!
sleep 1
kill -TERM $pid
wait $pid
kubectl apply -f shared-pid.yaml -f plain-pod.yaml
kubectl wait --for=condition=Ready pod/shared pod/plain --timeout=60s
kubectl exec shared -- ps
kubectl exec shared -- sh -c 'sleep 1 >/dev/null 2>&1 &'
kubectl exec plain -- sh -c 'sleep 1 >/dev/null 2>&1 &'
sleep 3
kubectl exec shared -- ps -o pid,ppid,stat,args
kubectl exec plain -- ps -o pid,ppid,stat,args
kubectl exec shared -- kill -TERM 1
kubectl delete pod shared plain
