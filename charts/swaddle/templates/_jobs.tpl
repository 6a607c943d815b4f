{{/* A Job that runs once, with the coordinator's connections and nothing that the chart makes. */}}
{{- define "swaddle.jobPod" -}}
{{- $root := .root }}
metadata:
  labels:
    {{- include "swaddle.selector" $root | nindent 4 }}
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with include "swaddle.pullSecrets" $root }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  securityContext:
    {{- include "swaddle.podSecurity" $root | nindent 4 }}
  containers:
    - name: {{ include "swaddle.component" $root }}
      image: {{ include "swaddle.image" (dict "root" $root "repository" $root.Values.coordinator.image.repository "digest" $root.Values.coordinator.image.digest) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      command: {{ toJson .command }}
      env:
        {{- include "swaddle.folderVariables" $root | nindent 8 }}
        - {name: SWADDLE_TOPIC_PREFIX, value: {{ $root.Values.bus.topicPrefix }}}
        {{- .bus | trim | nindent 8 }}
        {{- range list "blobs" "ledger" }}
        {{- include "swaddle.secretVariable" (dict "root" $root "name" (printf "SWADDLE_%s_URL" (upper .)) "key" (printf "%s-url" .)) | nindent 8 }}
        {{- end }}
      resources:
        requests: {cpu: 250m, memory: 512Mi, ephemeral-storage: 600Mi}
        limits: {cpu: "1", memory: 1Gi, ephemeral-storage: 1Gi}
      securityContext:
        {{- include "swaddle.containerSecurity" $root | nindent 8 }}
      volumeMounts:
        {{- include "swaddle.folderMounts" $root | nindent 8 }}
        {{- if .authority }}
        {{- include "swaddle.busAuthorityMount" $root | nindent 8 }}
        {{- end }}
  volumes:
    {{- include "swaddle.folders" "512Mi" | nindent 4 }}
    {{- if .authority }}
    {{- include "swaddle.busAuthority" $root | nindent 4 }}
    {{- end }}
{{- end }}

{{/* Who a Job may speak to. An ordinary resource: the Job before the first installation is not limited yet. */}}
{{- define "swaddle.jobNetworkpolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "swaddle.metadata" .root | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "swaddle.selector" .root | nindent 6 }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "swaddle.egress" (dict "root" .root "to" (list "bus" "blobs" "ledger")) | nindent 4 }}
    {{- with .more }}
    {{- . | nindent 4 }}
    {{- end }}
{{- end }}
