{{/* The weights of the models: copied and compared before a pod starts, or mounted as an image. */}}

{{- define "swaddle.weightsImage" -}}
{{- include "swaddle.image" (dict "root" . "repository" .Values.weights.repository "digest" .Values.weights.digest) -}}
{{- end }}

{{/* Copies what is missing or damaged; every file is compared with the digest in the catalogue. */}}
{{- define "swaddle.weightsContainer" -}}
- name: weights
  image: {{ include "swaddle.weightsImage" . }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  command: [swaddle, models, fetch, --from, /weights]
  # Which weights are needed is what the service itself is told.
  envFrom:
    - configMapRef: {name: {{ include "swaddle.name" . }}}
  env:
    {{- include "swaddle.folderVariables" . | nindent 4 }}
  resources:
    requests: {cpu: 100m, memory: 256Mi}
    limits: {cpu: "1", memory: 512Mi}
  securityContext:
    {{- include "swaddle.containerSecurity" . | nindent 4 }}
  volumeMounts:
    {{- include "swaddle.folderMounts" . | nindent 4 }}
    - {name: weights, mountPath: /models}
{{- end }}

{{- define "swaddle.weightsMount" -}}
{{- if eq .Values.weights.from "imageVolume" }}
- {name: weights, mountPath: /models, subPath: weights, readOnly: true}
{{- else }}
- {name: weights, mountPath: /models, readOnly: true}
{{- end }}
{{- end }}

{{- define "swaddle.weightsVolume" -}}
- name: weights
{{- if eq .Values.weights.from "imageVolume" }}
{{- if semverCompare "<1.35.0-0" .Capabilities.KubeVersion.Version }}
{{- fail "weights.from is imageVolume, which needs Kubernetes 1.35 or later: set weights.from to copy." }}
{{- end }}
  image:
    reference: {{ include "swaddle.weightsImage" . }}
    pullPolicy: {{ .Values.image.pullPolicy }}
{{- else if .Values.weights.cacheClaim }}
  persistentVolumeClaim: {claimName: {{ .Values.weights.cacheClaim }}}
{{- else }}
  emptyDir: {sizeLimit: {{ .Values.weights.size }}}
{{- end }}
{{- end }}
