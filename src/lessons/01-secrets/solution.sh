# 1
kubectl get nodes
kubectl get pods -A
# 2
echo -n admin > ./username.txt
echo -n 1f2d1e2e67df > ./password.txt
# 3
kubectl create secret generic admin-access --from-file=./username.txt --from-file=./password.txt
# 4
kubectl get secret admin-access -o jsonpath='{.data.password\.txt}' | base64 --decode; echo
# 5
kubectl apply -f secret-pod.yaml
# 6
kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/secret-pod --timeout=60s
kubectl logs secret-pod; echo
# 7
kubectl apply -f secret-env-pod.yaml
kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/secret-env-pod --timeout=60s
kubectl logs secret-env-pod
# 8
kubectl create secret docker-registry registry-login --docker-server=registry.example --docker-username=ann --docker-password=tiger
kubectl create secret generic basic-login --type=kubernetes.io/basic-auth --from-literal=username=ann --from-literal=password=tiger
kubectl create secret generic half-login --type=kubernetes.io/basic-auth --from-literal=user=ann
# 9
kubectl delete pod secret-pod secret-env-pod
kubectl delete secret admin-access
kubectl apply -f secret-pod.yaml
sleep 2
kubectl create secret generic admin-access --from-file=./username.txt --from-file=./password.txt
kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/secret-pod --timeout=180s
sleep 1
kubectl delete pod secret-pod
kubectl delete secret admin-access registry-login basic-login
