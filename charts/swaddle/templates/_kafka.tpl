{{/* The topics of a stage, and a user who may read them and publish where the stage publishes. */}}
{{- define "swaddle.kafkaTopics" -}}
{{- $root := . }}
{{- range append (include "swaddle.topicsRead" . | fromYamlArray) (include "swaddle.deadTopic" .) }}
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata:
  # Unlike names of resources, those of topics are the same in every release.
  name: {{ . }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "swaddle.labels" $root | nindent 4 }}
    strimzi.io/cluster: {{ $root.Values.bus.strimzi.cluster }}
spec:
  partitions: {{ $root.Values.bus.partitions }}
  replicas: {{ $root.Values.bus.replicas }}
  config:
    # 30 days: longer than anybody lets a cluster stand still.
    retention.ms: 2592000000
    min.insync.replicas: {{ min 2 (int $root.Values.bus.replicas) }}
    unclean.leader.election.enable: false
---
{{ end }}
{{- end }}

{{- define "swaddle.kafkaUserResource" -}}
{{- $component := include "swaddle.component" . }}
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
    strimzi.io/cluster: {{ .Values.bus.strimzi.cluster }}
spec:
  authentication: {type: scram-sha-512}
  authorization:
    type: simple
    acls:
      - resource: {type: group, name: {{ include "swaddle.group" . }}, patternType: literal}
        operations: [Read, Describe]
      {{- range include "swaddle.topicsRead" . | fromYamlArray }}
      - resource: {type: topic, name: {{ . }}, patternType: literal}
        operations: [Read, Describe]
      {{- end }}
      # What is tried again, and what was tried in vain.
      - resource: {type: topic, name: {{ include "swaddle.group" . }}., patternType: prefix}
        operations: [Write, Describe]
      {{- if eq $component "coordinator" }}
      # `helm test` asks in its name whether every topic is there.
      - resource: {type: topic, name: {{ $.Values.bus.topicPrefix }}., patternType: prefix}
        operations: [Describe]
      {{- end }}
      {{- range list "interactive" "bulk" }}
      {{- if eq $component "coordinator" }}
      # It tells every stage what to do.
      - resource: {type: topic, name: {{ $.Values.bus.topicPrefix }}.{{ . }}., patternType: prefix}
        operations: [Write, Describe]
      {{- else }}
      - resource: {type: topic, name: {{ $.Values.bus.topicPrefix }}.{{ . }}.coordinator, patternType: literal}
        operations: [Write, Describe]
      {{- end }}
      {{- end }}
{{- end }}

{{- define "swaddle.kafka" -}}
{{- if .Values.bus.strimzi.enabled }}
{{- if or (not .Values.bus.strimzi.cluster) (not .Values.bus.servers) }}
{{- fail "bus.strimzi.enabled needs bus.strimzi.cluster (the Kafka resource) and bus.servers (HOST:PORT of its brokers)." }}
{{- end }}
{{ include "swaddle.kafkaTopics" . }}
{{- include "swaddle.kafkaUserResource" . }}
{{- end }}
{{- end }}
