{{/* How many pods there are, and how many may be taken away at once. */}}
{{- define "swaddle.scaling" -}}
{{- $component := include "swaddle.component" . }}
{{- $values := get .Values $component }}
{{- if eq .Values.autoscaling.mode "keda" }}
{{ include "swaddle.scaledObject" . }}
---
{{- else if eq .Values.autoscaling.mode "hpa" }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ include "swaddle.name" . }}}
  minReplicas: {{ $values.replicas.min }}
  maxReplicas: {{ $values.replicas.max }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: {{ .Values.autoscaling.cpuPercent }}}
  behavior:
    {{- include "swaddle.scalingBehavior" . | nindent 4 }}
---
{{- end }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  # A pod that is not well need not be waited for.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "swaddle.selector" . | nindent 6 }}
{{- end }}

{{/* Up at once, down slowly: who is taken away is arbitrary, and may be in the middle of a batch. */}}
{{- define "swaddle.scalingBehavior" -}}
scaleDown:
  stabilizationWindowSeconds: {{ .Values.autoscaling.scaleDownStabilizationSeconds }}
  policies:
    - {type: Pods, value: 1, periodSeconds: {{ .Values.autoscaling.scaleDownPeriodSeconds }}}
{{- end }}

{{/*
A ScaledObject with a trigger for each topic that is read. The lag counts what is not committed, and
workers commit after their work: a busy group is not taken for an idle one. For the same reason
excludePersistentLag stays false: a partition whose offset does not move is a long message.
*/}}
{{- define "swaddle.scaledObject" -}}
{{- $component := include "swaddle.component" . }}
{{- $values := get .Values $component }}
{{- $keda := .Values.autoscaling.keda }}
{{- if not .Values.bus.servers }}
{{- fail "autoscaling.mode is keda, which asks the brokers for the lag: set bus.servers to HOST:PORT." }}
{{- end }}
{{- if and (ne $keda.sasl "none") (not $keda.existingSecret) }}
{{- fail "autoscaling.keda.sasl needs autoscaling.keda.existingSecret: a Secret with username and password." }}
{{- end }}
{{- if and $keda.tls (not $keda.existingSecret) }}
{{- fail "autoscaling.keda.tls needs autoscaling.keda.existingSecret: a Secret with ca." }}
{{- end }}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
spec:
  scaleTargetRef: {name: {{ include "swaddle.name" . }}}
  minReplicaCount: {{ $values.replicas.min }}
  maxReplicaCount: {{ $values.replicas.max }}
  pollingInterval: {{ $keda.pollingInterval }}
  cooldownPeriod: {{ $keda.cooldownPeriod }}
  # Brokers that do not answer say nothing about the work: keep the pods that are there.
  fallback: {failureThreshold: 3, replicas: {{ max 1 (int $values.replicas.min) }}, behavior: currentReplicasIfHigher}
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        {{- include "swaddle.scalingBehavior" . | nindent 8 }}
  triggers:
    {{- range include "swaddle.topicsRead" . | fromYamlArray }}
    - type: kafka
      metadata:
        bootstrapServers: {{ join "," $.Values.bus.servers | quote }}
        consumerGroup: {{ include "swaddle.group" $ }}
        topic: {{ . }}
        lagThreshold: {{ $values.lagThreshold | quote }}
        offsetResetPolicy: earliest
        sasl: {{ $keda.sasl }}
        tls: {{ ternary "enable" "disable" $keda.tls }}
        excludePersistentLag: "false"
        allowIdleConsumers: {{ $keda.allowIdleConsumers | quote }}
        limitToPartitionsWithLag: {{ $keda.limitToPartitionsWithLag | quote }}
        ensureEvenDistributionOfPartitions: {{ $keda.ensureEvenDistributionOfPartitions | quote }}
      {{- if $keda.existingSecret }}
      authenticationRef: {name: {{ include "swaddle.triggerAuthentication" $ }}}
      {{- end }}
    {{- end }}
{{- end }}
