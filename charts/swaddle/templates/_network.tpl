{{/* The flows that exist; everything else is denied by templates/release/networkpolicy.yaml. */}}

{{- define "swaddle.service.resource" -}}
{{- $service := include "swaddle.service" . | fromYaml }}
apiVersion: v1
kind: Service
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
spec:
  selector:
    {{- include "swaddle.selector" . | nindent 4 }}
  ports:
    {{- range $name, $port := $service.ports }}
    - {name: {{ $name }}, port: {{ $port }}, targetPort: {{ $name }}, protocol: TCP}
    {{- end }}
{{- end }}

{{- define "swaddle.networkpolicy" -}}
{{- if .Values.network.enabled }}
{{- $component := include "swaddle.component" . }}
{{- $service := include "swaddle.service" . | fromYaml }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "swaddle.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- if $service.ports.http }}
    - ports: [{port: {{ $service.ports.http }}, protocol: TCP}]
      from:
        {{- if and (eq $component "coordinator") .Values.network.apiPeers }}
        {{- toYaml .Values.network.apiPeers | nindent 8 }}
        {{- else }}
        - podSelector: {matchLabels: {swaddle-client: "true"}}
        {{- end }}
        {{- if eq $component "coordinator" }}
        # `helm test`
        - podSelector:
            matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}, app.kubernetes.io/component: probe}
        {{- end }}
    {{- end }}
    - ports: [{port: {{ default $service.ports.http $service.ports.metrics }}, protocol: TCP}]
      from:
        {{- if .Values.network.monitoringPeers }}
        {{- toYaml .Values.network.monitoringPeers | nindent 8 }}
        {{- else }}
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
        {{- end }}
  egress:
    {{- include "swaddle.egress" (dict "root" . "to" (append $service.connections "bus")) | nindent 4 }}
    {{- if .Values.settings.tracesUrl }}
    - ports: [{port: {{ .Values.network.tracesPort }}, protocol: TCP}]
    {{- end }}
    {{- if eq $component "coordinator" }}
    # Webhooks lead anywhere that is public, and where the settings say.
    - ports: [{port: 443, protocol: TCP}]
      to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except: {{ toJson .Values.network.webhookExcept }}
        {{- range .Values.settings.webhookNetworks }}
        - ipBlock: {cidr: {{ . }}}
        {{- end }}
    {{- end }}
{{- end }}
{{- end }}

{{/* Names, and whichever of bus, blobs and ledger are asked. */}}
{{- define "swaddle.egress" -}}
- ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
  to:
    {{- if .root.Values.network.dnsPeers }}
    {{- toYaml .root.Values.network.dnsPeers | nindent 4 }}
    {{- else }}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    {{- end }}
{{- range .to }}
{{- $place := get $.root.Values . }}
- ports: [{port: {{ $place.port }}, protocol: TCP}]
  {{- with $place.peers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
