{{/* GPUs: a limit for the device plugin, or a claim for dynamic resource allocation. */}}

{{/* True where the pods of a service claim their devices. */}}
{{- define "swaddle.claimsDevices" -}}
{{- $values := get .Values (include "swaddle.component" .) }}
{{- if and (gt (int $values.gpus) 0) (eq .Values.gpu.mode "dra") }}true{{ end }}
{{- end }}

{{- define "swaddle.resources" -}}
{{- $values := get .Values (include "swaddle.component" .) }}
requests:
  {{- toYaml $values.resources.requests | nindent 2 }}
limits:
  {{- toYaml $values.resources.limits | nindent 2 }}
  {{- if and (gt (int $values.gpus) 0) (eq .Values.gpu.mode "devicePlugin") }}
  {{ .Values.gpu.resource }}: {{ $values.gpus }}
  {{- end }}
{{- if include "swaddle.claimsDevices" . }}
claims:
  - name: gpu
{{- end }}
{{- end }}

{{- define "swaddle.deviceClaim" -}}
{{- if include "swaddle.claimsDevices" . }}
{{- if semverCompare "<1.34.0-0" .Capabilities.KubeVersion.Version }}
{{- fail "gpu.mode is dra, which needs Kubernetes 1.34 or later: set gpu.mode to devicePlugin." }}
{{- end }}
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
spec:
  spec:
    devices:
      requests:
        - name: gpu
          exactly:
            deviceClassName: {{ .Values.gpu.deviceClass }}
            allocationMode: ExactCount
            count: {{ (get .Values (include "swaddle.component" .)).gpus }}
{{- end }}
{{- end }}
