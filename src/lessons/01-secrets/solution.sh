echo -n admin > ./username.txt
echo -n 1f2d1e2e67df > ./password.txt
kubectl create secret generic admin-access --from-file=./username.txt --from-file=./password.txt
kubectl get secret admin-access -o jsonpath='{.data.password\.txt}' | base64 --decode; echo
kubectl apply -f secret-pod.yaml
kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/secret-pod --timeout=60s
kubectl logs secret-pod; echo
kubectl apply -f secret-env-pod.yaml
kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/secret-env-pod --timeout=60s
kubectl logs secret-env-pod
kubectl delete pod secret-pod secret-env-pod
kubectl delete secret admin-access
