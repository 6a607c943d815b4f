{{/* Every name, once. A component is the folder of the template that is being rendered. */}}

{{- define "swaddle.component" -}}
{{- base (dir .Template.Name) -}}
{{- end }}

{{- define "swaddle.release" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end -}}
{{- end }}

{{/* Of a workload and of everything that belongs to it. */}}
{{- define "swaddle.name" -}}
{{- include "swaddle.release" . }}-{{ include "swaddle.component" . -}}
{{- end }}

{{- define "swaddle.priorityClass" -}}
{{- include "swaddle.release" .root }}-{{ .priority -}}
{{- end }}

{{/* Of the Secret that Strimzi makes for a KafkaUser: its own name. */}}
{{- define "swaddle.kafkaUser" -}}
{{- include "swaddle.name" . -}}
{{- end }}

{{/* The coordinator's, for the Job that probes in its name. */}}
{{- define "swaddle.coordinatorName" -}}
{{- include "swaddle.release" . }}-coordinator
{{- end }}

{{- define "swaddle.clusterCa" -}}
{{- .Values.bus.strimzi.cluster }}-cluster-ca-cert
{{- end }}

{{- define "swaddle.triggerAuthentication" -}}
{{- include "swaddle.release" . }}-bus
{{- end }}

{{/* --- topics, as swaddle.adapters.kafka.topics names them ------------------------------------ */}}

{{- define "swaddle.group" -}}
{{- .Values.bus.topicPrefix }}.{{ include "swaddle.component" . -}}
{{- end }}

{{/* The topics a stage reads: one for each priority, and one for each round of trying again. */}}
{{- define "swaddle.topicsRead" -}}
{{- $prefix := .Values.bus.topicPrefix }}
{{- $stage := include "swaddle.component" . }}
{{- range list "interactive" "bulk" }}
- {{ $prefix }}.{{ . }}.{{ $stage }}
{{- end }}
{{- range list "1m" "10m" "1h" }}
- {{ $prefix }}.{{ $stage }}.retry.{{ . }}
{{- end }}
{{- end }}

{{- define "swaddle.deadTopic" -}}
{{- include "swaddle.group" . }}.dead
{{- end }}
