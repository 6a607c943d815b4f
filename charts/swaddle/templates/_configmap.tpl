{{/* What a service is told that is no secret. Only what it reads: a change restarts nobody else. */}}
{{- define "swaddle.configData" -}}
{{- $service := include "swaddle.service" . | fromYaml -}}
SWADDLE_TOPIC_PREFIX: {{ .Values.bus.topicPrefix | quote }}
{{- if not $service.bento }}
SWADDLE_HEALTH_PORT: {{ $service.ports.metrics | quote }}
{{- else }}
BENTOML_HOME: /work/bentoml
BENTOML_DO_NOT_TRACK: "True"
BENTOML_DISABLE_GPU_ALLOCATION: "1"
{{- end }}
{{- range $key := append $service.settings "tracesUrl" }}
{{- $value := get $.Values.settings $key }}
{{- if not (kindIs "invalid" $value) }}
{{- if kindIs "slice" $value }}{{ $value = toJson $value }}{{ end }}
{{- if kindIs "float64" $value }}{{ $value = int64 $value }}{{ end }}
SWADDLE_{{ snakecase $key | upper }}: {{ $value | toString | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "swaddle.configmap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
data:
  {{- include "swaddle.configData" . | nindent 2 }}
{{- end }}
