{{/* What a selector selects by: never changes. */}}
{{- define "swaddle.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ include "swaddle.component" . }}
{{- end }}

{{- define "swaddle.labels" -}}
{{ include "swaddle.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "swaddle.metadata" -}}
name: {{ include "swaddle.name" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "swaddle.labels" . | nindent 2 }}
{{- end }}
