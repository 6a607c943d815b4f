{{/* The pods of a service, and the account they run under, which may do nothing. */}}
{{- define "swaddle.deployment" -}}
{{- $component := include "swaddle.component" . }}
{{- $service := include "swaddle.service" . | fromYaml }}
{{- $values := get .Values $component }}
{{- if gt (int $values.replicas.min) (int $values.replicas.max) }}
{{- fail (printf "%s.replicas.min is more than %s.replicas.max." $component $component) }}
{{- end }}
{{- if and (eq (int $values.replicas.min) 0) (ne .Values.autoscaling.mode "keda") }}
{{- fail (printf "%s.replicas.min is 0, but only keda starts the first pod: set autoscaling.mode to keda." $component) }}
{{- end }}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
automountServiceAccountToken: false
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "swaddle.metadata" . | nindent 2 }}
spec:
  {{- if eq .Values.autoscaling.mode "none" }}
  replicas: {{ $values.replicas.min }}
  {{- end }}
  revisionHistoryLimit: 3
  strategy:
    # One pod leaves its group at a time; the GPUs of a pool may all be taken.
    rollingUpdate: {maxSurge: {{ ternary 0 1 (gt (int $values.gpus) 0) }}, maxUnavailable: 1}
  selector:
    matchLabels:
      {{- include "swaddle.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "swaddle.selector" . | nindent 8 }}
      annotations:
        checksum/config: {{ include "swaddle.configData" . | sha256sum }}
    spec:
      serviceAccountName: {{ include "swaddle.name" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ $values.gracePeriodSeconds }}
      {{- if .Values.priorityClasses.create }}
      priorityClassName: {{ include "swaddle.priorityClass" (dict "root" . "priority" $values.priority) }}
      {{- end }}
      {{- with include "swaddle.pullSecrets" . }}
      {{- . | trim | nindent 6 }}
      {{- end }}
      securityContext:
        {{- include "swaddle.podSecurity" . | nindent 8 }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - topologyKey: {{ . }}
          maxSkew: 1
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "swaddle.selector" $ | nindent 14 }}
        {{- end }}
      {{- if include "swaddle.claimsDevices" . }}
      resourceClaims:
        - {name: gpu, resourceClaimTemplateName: {{ include "swaddle.name" . }}}
      {{- end }}
      {{- if and $service.weights (eq .Values.weights.from "copy") }}
      initContainers:
        {{- include "swaddle.weightsContainer" . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ $component }}
          image: {{ include "swaddle.image" (dict "root" . "repository" $values.image.repository "digest" $values.image.digest) }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          command: {{ toJson $service.command }}
          envFrom:
            - configMapRef: {name: {{ include "swaddle.name" . }}}
          env:
            {{- include "swaddle.folderVariables" . | nindent 12 }}
            - name: SWADDLE_THREADS
              valueFrom: {resourceFieldRef: {resource: limits.cpu}}
            {{- include "swaddle.busVariables" . | trim | nindent 12 }}
            {{- range $service.connections }}
            {{- include "swaddle.secretVariable" (dict "root" $ "name" (printf "SWADDLE_%s_URL" (upper .)) "key" (printf "%s-url" .)) | nindent 12 }}
            {{- end }}
            {{- if $service.bento }}
            {{- include "swaddle.secretVariable" (dict "root" . "name" "SWADDLE_SERVICE_TOKEN" "key" "service-token") | nindent 12 }}
            {{- end }}
          ports:
            {{- range $name, $port := $service.ports }}
            - {name: {{ $name }}, containerPort: {{ $port }}, protocol: TCP}
            {{- end }}
          # Models are loaded before the first answer: five minutes, then it is started again.
          startupProbe:
            httpGet: {path: /readyz, port: {{ $service.health }}}
            periodSeconds: 5
            failureThreshold: 60
          readinessProbe:
            httpGet: {path: /readyz, port: {{ $service.health }}}
            periodSeconds: 10
            timeoutSeconds: 5
          livenessProbe:
            httpGet: {path: /livez, port: {{ $service.health }}}
            periodSeconds: 20
            timeoutSeconds: 10
            failureThreshold: 3
          lifecycle:
            # Requests that are on their way still arrive; then SIGTERM lets it finish its work.
            preStop: {sleep: {seconds: 5}}
          resources:
            {{- include "swaddle.resources" . | trim | nindent 12 }}
          securityContext:
            {{- include "swaddle.containerSecurity" . | nindent 12 }}
          volumeMounts:
            {{- include "swaddle.folderMounts" . | nindent 12 }}
            {{- if $service.keys }}
            - {name: keys, mountPath: /etc/swaddle/keys, readOnly: true}
            {{- end }}
            {{- if $service.weights }}
            {{- include "swaddle.weightsMount" . | trim | nindent 12 }}
            {{- end }}
            {{- if include "swaddle.hasBusAuthority" . }}
            {{- include "swaddle.busAuthorityMount" . | nindent 12 }}
            {{- end }}
      volumes:
        {{- include "swaddle.folders" $values.scratch | nindent 8 }}
        {{- with $service.keys }}
        - name: keys
          secret:
            secretName: {{ $.Values.secrets.keys }}
            defaultMode: 0440
            items:
              {{- range . }}
              - {key: {{ . }}, path: {{ . }}}
              {{- end }}
        {{- end }}
        {{- if $service.weights }}
        {{- include "swaddle.weightsVolume" . | nindent 8 }}
        {{- end }}
        {{- if include "swaddle.hasBusAuthority" . }}
        {{- include "swaddle.busAuthority" . | nindent 8 }}
        {{- end }}
{{- end }}

{{/* True where the brokers' certificate comes from Strimzi. */}}
{{- define "swaddle.hasBusAuthority" -}}
{{- if and .Values.bus.strimzi.enabled .Values.bus.strimzi.tls }}true{{ end }}
{{- end }}
