from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Blob(_message.Message):
    __slots__ = ("key", "size", "sha256")
    KEY_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    key: str
    size: int
    sha256: str
    def __init__(self, key: _Optional[str] = ..., size: _Optional[int] = ..., sha256: _Optional[str] = ...) -> None: ...

class Segment(_message.Message):
    __slots__ = ("index", "first_frame", "last_frame", "first_pts", "last_pts")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    FIRST_FRAME_FIELD_NUMBER: _ClassVar[int]
    LAST_FRAME_FIELD_NUMBER: _ClassVar[int]
    FIRST_PTS_FIELD_NUMBER: _ClassVar[int]
    LAST_PTS_FIELD_NUMBER: _ClassVar[int]
    index: int
    first_frame: int
    last_frame: int
    first_pts: int
    last_pts: int
    def __init__(self, index: _Optional[int] = ..., first_frame: _Optional[int] = ..., last_frame: _Optional[int] = ..., first_pts: _Optional[int] = ..., last_pts: _Optional[int] = ...) -> None: ...

class Order(_message.Message):
    __slots__ = ("method", "audio", "goal", "container", "segment_frames", "cohort", "priority")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    GOAL_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FRAMES_FIELD_NUMBER: _ClassVar[int]
    COHORT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    method: str
    audio: str
    goal: str
    container: str
    segment_frames: int
    cohort: str
    priority: str
    def __init__(self, method: _Optional[str] = ..., audio: _Optional[str] = ..., goal: _Optional[str] = ..., container: _Optional[str] = ..., segment_frames: _Optional[int] = ..., cohort: _Optional[str] = ..., priority: _Optional[str] = ...) -> None: ...

class OpenEdges(_message.Message):
    __slots__ = ("segment", "edges")
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    segment: Segment
    edges: Blob
    def __init__(self, segment: _Optional[_Union[Segment, _Mapping]] = ..., edges: _Optional[_Union[Blob, _Mapping]] = ...) -> None: ...

class LinkedSubject(_message.Message):
    __slots__ = ("subject_id", "tracks")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    tracks: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, subject_id: _Optional[str] = ..., tracks: _Optional[_Iterable[str]] = ...) -> None: ...

class AcceptedIdentity(_message.Message):
    __slots__ = ("subject_id", "identity_id", "attempt")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    identity_id: str
    attempt: int
    def __init__(self, subject_id: _Optional[str] = ..., identity_id: _Optional[str] = ..., attempt: _Optional[int] = ...) -> None: ...

class VideoSubmitted(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "order", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    order: Order
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class IngestVideo(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "order", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    order: Order
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class VideoIngested(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "layout", "segments", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    layout: Blob
    segments: _containers.RepeatedCompositeFieldContainer[Segment]
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., layout: _Optional[_Union[Blob, _Mapping]] = ..., segments: _Optional[_Iterable[_Union[Segment, _Mapping]]] = ..., message_id: _Optional[str] = ...) -> None: ...

class DetectSegment(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "layout", "segment", "order", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    layout: Blob
    segment: Segment
    order: Order
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., layout: _Optional[_Union[Blob, _Mapping]] = ..., segment: _Optional[_Union[Segment, _Mapping]] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class SegmentDetected(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "segment", "observations", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    OBSERVATIONS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    segment: int
    observations: Blob
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., segment: _Optional[int] = ..., observations: _Optional[_Union[Blob, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class LinkSubjects(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "layout", "order", "observations", "extensions", "round", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    OBSERVATIONS_FIELD_NUMBER: _ClassVar[int]
    EXTENSIONS_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    layout: Blob
    order: Order
    observations: _containers.RepeatedCompositeFieldContainer[Blob]
    extensions: _containers.RepeatedCompositeFieldContainer[Blob]
    round: int
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., layout: _Optional[_Union[Blob, _Mapping]] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., observations: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., extensions: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., round: _Optional[int] = ..., message_id: _Optional[str] = ...) -> None: ...

class TracksOpen(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "round", "open_edges", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    OPEN_EDGES_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    round: int
    open_edges: _containers.RepeatedCompositeFieldContainer[OpenEdges]
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., round: _Optional[int] = ..., open_edges: _Optional[_Iterable[_Union[OpenEdges, _Mapping]]] = ..., message_id: _Optional[str] = ...) -> None: ...

class ExtendTracks(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "layout", "segment", "edges", "round", "order", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    layout: Blob
    segment: Segment
    edges: Blob
    round: int
    order: Order
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., layout: _Optional[_Union[Blob, _Mapping]] = ..., segment: _Optional[_Union[Segment, _Mapping]] = ..., edges: _Optional[_Union[Blob, _Mapping]] = ..., round: _Optional[int] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class TracksExtended(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "segment", "round", "observations", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    OBSERVATIONS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    segment: int
    round: int
    observations: Blob
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., segment: _Optional[int] = ..., round: _Optional[int] = ..., observations: _Optional[_Union[Blob, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class SubjectsLinked(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "plan", "portraits", "tables", "subjects", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    PORTRAITS_FIELD_NUMBER: _ClassVar[int]
    TABLES_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    plan: Blob
    portraits: Blob
    tables: _containers.RepeatedCompositeFieldContainer[Blob]
    subjects: _containers.RepeatedCompositeFieldContainer[LinkedSubject]
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., plan: _Optional[_Union[Blob, _Mapping]] = ..., portraits: _Optional[_Union[Blob, _Mapping]] = ..., tables: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., subjects: _Optional[_Iterable[_Union[LinkedSubject, _Mapping]]] = ..., message_id: _Optional[str] = ...) -> None: ...

class GenerateIdentity(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "plan", "portraits", "order", "subject_id", "attempt", "given", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    PORTRAITS_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    GIVEN_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    plan: Blob
    portraits: Blob
    order: Order
    subject_id: str
    attempt: int
    given: _containers.RepeatedCompositeFieldContainer[Blob]
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., plan: _Optional[_Union[Blob, _Mapping]] = ..., portraits: _Optional[_Union[Blob, _Mapping]] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., subject_id: _Optional[str] = ..., attempt: _Optional[int] = ..., given: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., message_id: _Optional[str] = ...) -> None: ...

class IdentityGenerated(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "subject_id", "attempt", "identity", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    subject_id: str
    attempt: int
    identity: Blob
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., subject_id: _Optional[str] = ..., attempt: _Optional[int] = ..., identity: _Optional[_Union[Blob, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class FreezeIdentities(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "plan", "identities", "attempts", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    IDENTITIES_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    plan: Blob
    identities: _containers.RepeatedCompositeFieldContainer[Blob]
    attempts: int
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., plan: _Optional[_Union[Blob, _Mapping]] = ..., identities: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., attempts: _Optional[int] = ..., message_id: _Optional[str] = ...) -> None: ...

class IdentitiesFrozen(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "plan", "accepted", "repeated", "compared", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    COMPARED_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    plan: Blob
    accepted: _containers.RepeatedCompositeFieldContainer[AcceptedIdentity]
    repeated: _containers.RepeatedScalarFieldContainer[str]
    compared: _containers.RepeatedCompositeFieldContainer[Blob]
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., plan: _Optional[_Union[Blob, _Mapping]] = ..., accepted: _Optional[_Iterable[_Union[AcceptedIdentity, _Mapping]]] = ..., repeated: _Optional[_Iterable[str]] = ..., compared: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., message_id: _Optional[str] = ...) -> None: ...

class SwapSegment(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "layout", "plan", "table", "segment", "revision", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    layout: Blob
    plan: Blob
    table: Blob
    segment: Segment
    revision: int
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., layout: _Optional[_Union[Blob, _Mapping]] = ..., plan: _Optional[_Union[Blob, _Mapping]] = ..., table: _Optional[_Union[Blob, _Mapping]] = ..., segment: _Optional[_Union[Segment, _Mapping]] = ..., revision: _Optional[int] = ..., message_id: _Optional[str] = ...) -> None: ...

class SegmentSwapped(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "segment", "revision", "rendered", "regions", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    RENDERED_FIELD_NUMBER: _ClassVar[int]
    REGIONS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    segment: int
    revision: int
    rendered: Blob
    regions: Blob
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., segment: _Optional[int] = ..., revision: _Optional[int] = ..., rendered: _Optional[_Union[Blob, _Mapping]] = ..., regions: _Optional[_Union[Blob, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class FinalizeVideo(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "layout", "order", "rendered", "revision", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    RENDERED_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    layout: Blob
    order: Order
    rendered: _containers.RepeatedCompositeFieldContainer[Blob]
    revision: int
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., layout: _Optional[_Union[Blob, _Mapping]] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., rendered: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., revision: _Optional[int] = ..., message_id: _Optional[str] = ...) -> None: ...

class VideoFinalized(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "revision", "output", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    revision: int
    output: Blob
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., revision: _Optional[int] = ..., output: _Optional[_Union[Blob, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class CheckSegment(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "layout", "table", "regions", "output", "segment", "revision", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    REGIONS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    layout: Blob
    table: Blob
    regions: Blob
    output: Blob
    segment: Segment
    revision: int
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., layout: _Optional[_Union[Blob, _Mapping]] = ..., table: _Optional[_Union[Blob, _Mapping]] = ..., regions: _Optional[_Union[Blob, _Mapping]] = ..., output: _Optional[_Union[Blob, _Mapping]] = ..., segment: _Optional[_Union[Segment, _Mapping]] = ..., revision: _Optional[int] = ..., message_id: _Optional[str] = ...) -> None: ...

class SegmentChecked(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "segment", "revision", "look", "similarities", "pictures", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LOOK_FIELD_NUMBER: _ClassVar[int]
    SIMILARITIES_FIELD_NUMBER: _ClassVar[int]
    PICTURES_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    segment: int
    revision: int
    look: Blob
    similarities: Blob
    pictures: Blob
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., segment: _Optional[int] = ..., revision: _Optional[int] = ..., look: _Optional[_Union[Blob, _Mapping]] = ..., similarities: _Optional[_Union[Blob, _Mapping]] = ..., pictures: _Optional[_Union[Blob, _Mapping]] = ..., message_id: _Optional[str] = ...) -> None: ...

class CheckVideo(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "layout", "plan", "looks", "similarities", "revision", "may_repair", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    LOOKS_FIELD_NUMBER: _ClassVar[int]
    SIMILARITIES_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    MAY_REPAIR_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    layout: Blob
    plan: Blob
    looks: _containers.RepeatedCompositeFieldContainer[Blob]
    similarities: _containers.RepeatedCompositeFieldContainer[Blob]
    revision: int
    may_repair: bool
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., layout: _Optional[_Union[Blob, _Mapping]] = ..., plan: _Optional[_Union[Blob, _Mapping]] = ..., looks: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., similarities: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., revision: _Optional[int] = ..., may_repair: _Optional[bool] = ..., message_id: _Optional[str] = ...) -> None: ...

class VideoChecked(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "revision", "passed", "findings", "repaired", "segments", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    REPAIRED_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    revision: int
    passed: bool
    findings: Blob
    repaired: Blob
    segments: _containers.RepeatedScalarFieldContainer[int]
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., revision: _Optional[int] = ..., passed: _Optional[bool] = ..., findings: _Optional[_Union[Blob, _Mapping]] = ..., repaired: _Optional[_Union[Blob, _Mapping]] = ..., segments: _Optional[_Iterable[int]] = ..., message_id: _Optional[str] = ...) -> None: ...

class CertifyVideo(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "source", "layout", "order", "plan", "tables", "regions", "output", "findings", "verdict", "rounds", "reviewer", "reason", "revision", "pictures", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    TABLES_FIELD_NUMBER: _ClassVar[int]
    REGIONS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    ROUNDS_FIELD_NUMBER: _ClassVar[int]
    REVIEWER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PICTURES_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    source: Blob
    layout: Blob
    order: Order
    plan: Blob
    tables: _containers.RepeatedCompositeFieldContainer[Blob]
    regions: _containers.RepeatedCompositeFieldContainer[Blob]
    output: Blob
    findings: Blob
    verdict: str
    rounds: int
    reviewer: str
    reason: str
    revision: int
    pictures: _containers.RepeatedCompositeFieldContainer[Blob]
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., source: _Optional[_Union[Blob, _Mapping]] = ..., layout: _Optional[_Union[Blob, _Mapping]] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., plan: _Optional[_Union[Blob, _Mapping]] = ..., tables: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., regions: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., output: _Optional[_Union[Blob, _Mapping]] = ..., findings: _Optional[_Union[Blob, _Mapping]] = ..., verdict: _Optional[str] = ..., rounds: _Optional[int] = ..., reviewer: _Optional[str] = ..., reason: _Optional[str] = ..., revision: _Optional[int] = ..., pictures: _Optional[_Iterable[_Union[Blob, _Mapping]]] = ..., message_id: _Optional[str] = ...) -> None: ...

class VideoCertified(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "verdict", "certificate", "revision", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    verdict: str
    certificate: Blob
    revision: int
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., verdict: _Optional[str] = ..., certificate: _Optional[_Union[Blob, _Mapping]] = ..., revision: _Optional[int] = ..., message_id: _Optional[str] = ...) -> None: ...

class PlanRevised(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "plan", "goal", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    GOAL_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    plan: Blob
    goal: str
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., plan: _Optional[_Union[Blob, _Mapping]] = ..., goal: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class ReviewConcluded(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "approved", "reviewer", "reason", "revision", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    REVIEWER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    approved: bool
    reviewer: str
    reason: str
    revision: int
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., approved: _Optional[bool] = ..., reviewer: _Optional[str] = ..., reason: _Optional[str] = ..., revision: _Optional[int] = ..., message_id: _Optional[str] = ...) -> None: ...

class CancelRequested(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class RetryRequested(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "attempt", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    attempt: int
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., attempt: _Optional[int] = ..., message_id: _Optional[str] = ...) -> None: ...

class StageFailed(_message.Message):
    __slots__ = ("tenant", "video_id", "traceparent", "priority", "stage", "error", "reason", "cause", "message_id")
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VIDEO_ID_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    video_id: str
    traceparent: str
    priority: str
    stage: str
    error: str
    reason: str
    cause: str
    message_id: str
    def __init__(self, tenant: _Optional[str] = ..., video_id: _Optional[str] = ..., traceparent: _Optional[str] = ..., priority: _Optional[str] = ..., stage: _Optional[str] = ..., error: _Optional[str] = ..., reason: _Optional[str] = ..., cause: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class Envelope(_message.Message):
    __slots__ = ("video_submitted", "ingest_video", "video_ingested", "detect_segment", "segment_detected", "link_subjects", "tracks_open", "extend_tracks", "tracks_extended", "subjects_linked", "generate_identity", "identity_generated", "freeze_identities", "identities_frozen", "swap_segment", "segment_swapped", "finalize_video", "video_finalized", "check_video", "video_checked", "certify_video", "video_certified", "plan_revised", "review_concluded", "cancel_requested", "stage_failed", "check_segment", "segment_checked", "retry_requested")
    VIDEO_SUBMITTED_FIELD_NUMBER: _ClassVar[int]
    INGEST_VIDEO_FIELD_NUMBER: _ClassVar[int]
    VIDEO_INGESTED_FIELD_NUMBER: _ClassVar[int]
    DETECT_SEGMENT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_DETECTED_FIELD_NUMBER: _ClassVar[int]
    LINK_SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    TRACKS_OPEN_FIELD_NUMBER: _ClassVar[int]
    EXTEND_TRACKS_FIELD_NUMBER: _ClassVar[int]
    TRACKS_EXTENDED_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_LINKED_FIELD_NUMBER: _ClassVar[int]
    GENERATE_IDENTITY_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_GENERATED_FIELD_NUMBER: _ClassVar[int]
    FREEZE_IDENTITIES_FIELD_NUMBER: _ClassVar[int]
    IDENTITIES_FROZEN_FIELD_NUMBER: _ClassVar[int]
    SWAP_SEGMENT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_SWAPPED_FIELD_NUMBER: _ClassVar[int]
    FINALIZE_VIDEO_FIELD_NUMBER: _ClassVar[int]
    VIDEO_FINALIZED_FIELD_NUMBER: _ClassVar[int]
    CHECK_VIDEO_FIELD_NUMBER: _ClassVar[int]
    VIDEO_CHECKED_FIELD_NUMBER: _ClassVar[int]
    CERTIFY_VIDEO_FIELD_NUMBER: _ClassVar[int]
    VIDEO_CERTIFIED_FIELD_NUMBER: _ClassVar[int]
    PLAN_REVISED_FIELD_NUMBER: _ClassVar[int]
    REVIEW_CONCLUDED_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    STAGE_FAILED_FIELD_NUMBER: _ClassVar[int]
    CHECK_SEGMENT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_CHECKED_FIELD_NUMBER: _ClassVar[int]
    RETRY_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    video_submitted: VideoSubmitted
    ingest_video: IngestVideo
    video_ingested: VideoIngested
    detect_segment: DetectSegment
    segment_detected: SegmentDetected
    link_subjects: LinkSubjects
    tracks_open: TracksOpen
    extend_tracks: ExtendTracks
    tracks_extended: TracksExtended
    subjects_linked: SubjectsLinked
    generate_identity: GenerateIdentity
    identity_generated: IdentityGenerated
    freeze_identities: FreezeIdentities
    identities_frozen: IdentitiesFrozen
    swap_segment: SwapSegment
    segment_swapped: SegmentSwapped
    finalize_video: FinalizeVideo
    video_finalized: VideoFinalized
    check_video: CheckVideo
    video_checked: VideoChecked
    certify_video: CertifyVideo
    video_certified: VideoCertified
    plan_revised: PlanRevised
    review_concluded: ReviewConcluded
    cancel_requested: CancelRequested
    stage_failed: StageFailed
    check_segment: CheckSegment
    segment_checked: SegmentChecked
    retry_requested: RetryRequested
    def __init__(self, video_submitted: _Optional[_Union[VideoSubmitted, _Mapping]] = ..., ingest_video: _Optional[_Union[IngestVideo, _Mapping]] = ..., video_ingested: _Optional[_Union[VideoIngested, _Mapping]] = ..., detect_segment: _Optional[_Union[DetectSegment, _Mapping]] = ..., segment_detected: _Optional[_Union[SegmentDetected, _Mapping]] = ..., link_subjects: _Optional[_Union[LinkSubjects, _Mapping]] = ..., tracks_open: _Optional[_Union[TracksOpen, _Mapping]] = ..., extend_tracks: _Optional[_Union[ExtendTracks, _Mapping]] = ..., tracks_extended: _Optional[_Union[TracksExtended, _Mapping]] = ..., subjects_linked: _Optional[_Union[SubjectsLinked, _Mapping]] = ..., generate_identity: _Optional[_Union[GenerateIdentity, _Mapping]] = ..., identity_generated: _Optional[_Union[IdentityGenerated, _Mapping]] = ..., freeze_identities: _Optional[_Union[FreezeIdentities, _Mapping]] = ..., identities_frozen: _Optional[_Union[IdentitiesFrozen, _Mapping]] = ..., swap_segment: _Optional[_Union[SwapSegment, _Mapping]] = ..., segment_swapped: _Optional[_Union[SegmentSwapped, _Mapping]] = ..., finalize_video: _Optional[_Union[FinalizeVideo, _Mapping]] = ..., video_finalized: _Optional[_Union[VideoFinalized, _Mapping]] = ..., check_video: _Optional[_Union[CheckVideo, _Mapping]] = ..., video_checked: _Optional[_Union[VideoChecked, _Mapping]] = ..., certify_video: _Optional[_Union[CertifyVideo, _Mapping]] = ..., video_certified: _Optional[_Union[VideoCertified, _Mapping]] = ..., plan_revised: _Optional[_Union[PlanRevised, _Mapping]] = ..., review_concluded: _Optional[_Union[ReviewConcluded, _Mapping]] = ..., cancel_requested: _Optional[_Union[CancelRequested, _Mapping]] = ..., stage_failed: _Optional[_Union[StageFailed, _Mapping]] = ..., check_segment: _Optional[_Union[CheckSegment, _Mapping]] = ..., segment_checked: _Optional[_Union[SegmentChecked, _Mapping]] = ..., retry_requested: _Optional[_Union[RetryRequested, _Mapping]] = ...) -> None: ...
