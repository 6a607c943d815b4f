{{/*
What is known of each service beside its values: how it is started, which keys and settings it
reads, whether it needs weights, whom it speaks to. A key or connection that is not named here is
not in its pods.
*/}}
{{- define "swaddle.services" -}}
coordinator:
  command: [swaddle, serve, --stage, coordinator, --host, "0.0.0.0", --port, "8080"]
  ports: {http: 8080, metrics: 9090}
  health: http
  keys: [webhook.key]
  connections: [blobs, ledger]
  settings: [admittedVideos, requestsPerMinute, maxUploadBytes, keepOriginalsDays, stalledAfterS, webhookNetworks]
ingest:
  command: [swaddle, worker, ingest]
  ports: {metrics: 9090}
  health: metrics
  connections: [blobs]
  settings: [preset, crf]
detection:
  command: [bentoml, serve, "swaddle.entrypoints.bento.detection:Detection", --host, "0.0.0.0", --port, "3000"]
  ports: {http: 3000}
  health: http
  keys: [table.key]
  connections: [blobs]
  settings: [profile, licences, detectorUrl, landmarkerUrl, batch]
  bento: true
  weights: true
linking:
  command: [swaddle, worker, linking]
  ports: {metrics: 9090}
  health: metrics
  keys: [table.key]
  connections: [blobs]
  settings: [profile, licences, embedderUrl, recognitionFile, batch]
  weights: true
identity:
  command: [bentoml, serve, "swaddle.entrypoints.bento.identity:Identity", --host, "0.0.0.0", --port, "3000"]
  ports: {http: 3000}
  health: http
  keys: [table.key, identity.key]
  connections: [blobs]
  settings: [profile, licences, detectorUrl, embedderUrl, recognitionFile, identityUrl, swapperUrl, batch]
  bento: true
  weights: true
swapping:
  command: [bentoml, serve, "swaddle.entrypoints.bento.swapping:Swapping", --host, "0.0.0.0", --port, "3000"]
  ports: {http: 3000}
  health: http
  keys: [table.key]
  connections: [blobs]
  settings: [profile, licences, detectorUrl, landmarkerUrl, swapperUrl, batch, preset, crf]
  bento: true
  weights: true
finalize:
  command: [swaddle, worker, finalize]
  ports: {metrics: 9090}
  health: metrics
  connections: [blobs]
  settings: [preset, crf]
gate:
  command: [swaddle, worker, gate]
  ports: {metrics: 9090}
  health: metrics
  keys: [table.key]
  connections: [blobs]
  settings: [profile, licences, detectorUrl, embedderUrl, recognitionFile, batch]
  weights: true
certification:
  command: [swaddle, worker, certification]
  ports: {metrics: 9090}
  health: metrics
  keys: [table.key, signing.key, signing.pub.pem]
  connections: [blobs]
  settings: [profile, licences, detectorUrl, landmarkerUrl, embedderUrl, recognitionFile, identityUrl, swapperUrl, preset, crf]
  weights: true
{{- end }}

{{/* The entry of the service whose folder is being rendered, as YAML. */}}
{{- define "swaddle.service" -}}
{{- $services := include "swaddle.services" . | fromYaml }}
{{- get $services (include "swaddle.component" .) | toYaml }}
{{- end }}
