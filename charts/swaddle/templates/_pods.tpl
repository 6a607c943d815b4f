{{/* The parts that every pod of the chart is made of. */}}

{{- define "swaddle.image" -}}
{{- if eq .root.Values.image.tag "latest" }}
{{- fail "image.tag is latest, which is another image tomorrow: name a version." }}
{{- end }}
{{- $path := .repository }}
{{- with .root.Values.image.registry }}{{ $path = printf "%s/%s" . $path }}{{ end }}
{{- if .digest }}{{ $path }}@{{ .digest }}
{{- else }}{{ $path }}:{{ default .root.Chart.AppVersion .root.Values.image.tag }}
{{- end }}
{{- end }}

{{- define "swaddle.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1034
runAsGroup: 1034
fsGroup: 1034
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "swaddle.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* A key of the Secret with the connections, as an environment variable. */}}
{{- define "swaddle.secretVariable" -}}
- name: {{ .name }}
  valueFrom: {secretKeyRef: {name: {{ .root.Values.secrets.connections }}, key: {{ .key }}}}
{{- end }}

{{/* How a service finds the bus: with its own user where Strimzi makes one. */}}
{{- define "swaddle.busVariables" -}}
{{- if .Values.bus.strimzi.enabled }}
{{- include "swaddle.busVariablesOf" (dict "root" . "user" (include "swaddle.kafkaUser" .)) }}
{{- else }}
{{- include "swaddle.secretVariable" (dict "root" . "name" "SWADDLE_BUS_URL" "key" "bus-url") }}
{{- end }}
{{- end }}

{{/* A user of Strimzi's: its password is letters and digits, and needs no quoting in a URL. */}}
{{- define "swaddle.busVariablesOf" -}}
{{- $bus := .root.Values.bus }}
- name: BUS_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ .user }}, key: password}}
- name: SWADDLE_BUS_URL
  value: kafka://{{ .user }}:$(BUS_PASSWORD)@{{ join "," $bus.servers }}{{ if $bus.strimzi.tls }}?tls=/etc/swaddle/bus/ca.crt{{ end }}
{{- end }}

{{/* Folders that may be written to; everything else of a container is read-only. */}}
{{- define "swaddle.folderVariables" -}}
- {name: HOME, value: /work}
- {name: TMPDIR, value: /work/tmp}
- {name: SWADDLE_RUN_FOLDER, value: /work}
- {name: SWADDLE_SCRATCH_FOLDER, value: /work/tmp}
- {name: SWADDLE_KEY_FOLDER, value: /etc/swaddle/keys}
- {name: SWADDLE_CONFIG_FOLDER, value: /etc/swaddle/keys}
- {name: SWADDLE_MODEL_FOLDER, value: /models}
{{- end }}

{{- define "swaddle.folderMounts" -}}
- {name: work, mountPath: /work}
- {name: temporary, mountPath: /work/tmp}
{{- end }}

{{- define "swaddle.folders" -}}
- name: work
  emptyDir: {sizeLimit: 256Mi}
- name: temporary
  emptyDir: {sizeLimit: {{ . }}}
{{- end }}

{{- define "swaddle.busAuthorityMount" -}}
- {name: bus-authority, mountPath: /etc/swaddle/bus, readOnly: true}
{{- end }}

{{- define "swaddle.busAuthority" -}}
- name: bus-authority
  secret:
    secretName: {{ include "swaddle.clusterCa" . }}
    items: [{key: ca.crt, path: ca.crt}]
{{- end }}

{{- define "swaddle.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}
